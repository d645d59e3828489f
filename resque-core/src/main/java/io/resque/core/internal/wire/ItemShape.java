package io.resque.core.internal.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A delayed item as a tree: the payload of the job, with its queue behind its arguments.
 *
 * <pre>
 * Ruby     {"class":"My_Job","args":[1,"x"],"queue":"high"}
 * Node     {"class":"My_Job","queue":"high","args":[1,"x"]}
 * PHP      {"class":"My_Job","args":[{"name":"Chris"}],"queue":"high"}
 * tracked  {"class":"My_Job","args":[1,"x"],"queue":"high","id":"…32 hex…","queue_time":1795361599.46152}
 * </pre>
 */
public final class ItemShape {
    public static final String QUEUE = "queue";

    private ItemShape() {}

    /** The item of a payload; a queue that the payload names gives way. */
    public static Map<String, @Nullable Object> of(Map<String, @Nullable Object> payload, String queue) {
        Map<String, @Nullable Object> item = new LinkedHashMap<>();
        item.put("class", payload.get("class"));
        if (payload.containsKey("args")) { // named arguments of another library count only where these are absent
            item.put("args", payload.get("args"));
        }
        item.put(QUEUE, queue);
        payload.forEach(item::putIfAbsent);
        return item;
    }
}
