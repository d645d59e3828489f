package io.resque.core.internal.wire;

import io.resque.api.InnerClass;
import io.resque.api.Language;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells by the members of a payload which language wrote it.
 *
 * <pre>
 * PHP     {"class":…,"args":[{…}],"id":…,"prefix":"","queue_time":…}     an older version has no prefix
 * ours    {"class":…,"args":[1,"x"],"id":…,"queue_time":…}               any number of arguments
 * Node    {"class":…,"queue":…,"args":[…]}
 * pyres   {"class":…,"args":[…],"enqueue_timestamp":…}
 * Jesque  {"class":…,"args":[…],"vars":null}
 * goworker {"class":…,"args":null}
 * exq     {"class":…,"args":[…],"queue":…,"retry":…,"jid":…,"enqueued_at":…}
 * Rails   {"class":"…JobWrapper","args":[{"job_class":…}]}
 * </pre>
 */
final class PayloadLanguage {
    private static final Set<String> OURS = Set.of(LockClaim.MEMBER, RetryShape.MEMBER, CheckpointShape.MEMBER);

    private PayloadLanguage() {}

    static Language of(Map<?, ?> payload, Payload raw) {
        if (!PayloadShape.hasClass(payload)
                || !(payload.get("class") instanceof String jobClass)
                || OversizePayload.of(payload) != null) {
            return Language.UNKNOWN;
        }
        if (OURS.stream().anyMatch(payload::containsKey) || payload.containsKey("vars")) {
            return Language.JAVA;
        }
        if (payload.containsKey("jid") && payload.containsKey("enqueued_at")) {
            return Language.ELIXIR;
        }
        if (payload.containsKey("enqueue_timestamp")) {
            return Language.PYTHON;
        }
        if (payload.containsKey("prefix") || isOfMjphaynes(payload)) {
            return Language.PHP;
        }
        if (payload.containsKey("id") && payload.containsKey("queue_time")) {
            return isPhpsArgs(payload.get("args")) ? Language.UNKNOWN : Language.JAVA;
        }
        if (isNodes(payload)) {
            return hasBlanks(raw) ? Language.PYTHON : Language.NODE;
        }
        if (!InnerClass.of(jobClass, PayloadShape.args(payload)).equals(jobClass)) {
            return Language.RUBY;
        }
        return payload.containsKey("args") && payload.get("args") == null ? Language.GO : Language.UNKNOWN;
    }

    private static boolean isOfMjphaynes(Map<?, ?> payload) {
        return !payload.containsKey("args") && payload.containsKey("id") && payload.get("data") instanceof Map;
    }

    /** PHP has one argument, which is a map, a list or null. */
    private static boolean isPhpsArgs(Object args) {
        return args instanceof List<?> list
                && list.size() == 1
                && (list.get(0) == null || list.get(0) instanceof Map || list.get(0) instanceof List);
    }

    /** As pyres writes JSON; it writes delayed items with the members of Node. */
    private static boolean hasBlanks(Payload raw) {
        return raw.text().startsWith("{\"class\": ");
    }

    private static boolean isNodes(Map<?, ?> payload) {
        Iterator<?> names = payload.keySet().iterator();
        return payload.size() == 3
                && "class".equals(names.next())
                && "queue".equals(names.next())
                && "args".equals(names.next());
    }
}
