package io.resque.backend.redis;

import io.resque.api.JobIdTakenException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of {@code delay.lua}. */
final class DelayRequest {
    private static final byte[] EMPTY = {};
    private static final byte[] ZERO = Keys.bytes(0);
    private static final byte[] ONE = Keys.bytes(1);

    private final Keys keys;
    private final List<StatusChange> statuses;
    private final List<byte[]> names = new ArrayList<>();
    private final List<byte[]> args = new ArrayList<>();

    DelayRequest(Keys keys, String queue, int jobs, List<StatusChange> statuses, boolean onlyNew) {
        this.keys = keys;
        this.statuses = statuses;
        names.addAll(List.of(keys.queue(queue), keys.queues, keys.schedule));
        args.addAll(List.of(Keys.bytes(queue), Keys.bytes(jobs), onlyNew ? ONE : ZERO));
    }

    /** Adds a job. Without an item it goes onto the queue. */
    void add(long second, @Nullable Payload item, Payload payload) {
        String text = Long.toString(second);
        names.add(item == null ? keys.noKey : keys.delayed(text));
        names.add(item == null ? keys.noKey : keys.seconds(item));
        args.add(Keys.bytes(text));
        args.add(item == null ? EMPTY : item.toBytes());
        args.add(payload.toBytes());
    }

    /**
     * Runs the script once all jobs are added.
     *
     * @param claims what stands behind the statuses
     */
    Object run(RedisLink link, List<byte[]> claims) {
        for (StatusChange status : statuses) {
            names.add(keys.status(status.token()));
            args.addAll(RedisStatusStore.args(status));
        }
        args.addAll(claims);
        Object answer = Script.DELAY.run(link, names, args);
        if (answer == null) {
            throw new JobIdTakenException("There is a status under "
                    + statuses.stream().map(StatusChange::token).toList() + " already; nothing was written");
        }
        return answer;
    }
}
