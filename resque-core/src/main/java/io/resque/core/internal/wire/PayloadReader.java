package io.resque.core.internal.wire;

import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.MalformedPayloadException;
import io.resque.api.QueuedJob;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads payloads, and the records of workers of other languages. */
public final class PayloadReader {
    private final JobSerializer serializer;

    public PayloadReader(JobSerializer serializer) {
        this.serializer = serializer;
    }

    @Nullable
    public Object tree(Payload payload) {
        return serializer.decode(payload);
    }

    public PayloadShape.ReadJob read(Payload payload) {
        return PayloadShape.read(tree(payload));
    }

    public boolean isJob(Payload payload) {
        try {
            read(payload);
            return true;
        } catch (MalformedPayloadException e) {
            return false;
        }
    }

    /** The token of a payload's status; null if it has none or cannot be read. */
    @Nullable
    public String token(Payload payload) {
        try {
            Object tree = tree(payload);
            OversizePayload oversize = OversizePayload.of(tree);
            return oversize != null ? oversize.token() : PayloadShape.read(tree).token();
        } catch (MalformedPayloadException e) {
            return null;
        }
    }

    /** The class of a payload, as far as there is one, for messages. */
    public String className(Payload payload) {
        try {
            Object tree = tree(payload);
            OversizePayload oversize = OversizePayload.of(tree);
            return oversize != null
                    ? oversize.jobClass()
                    : PayloadShape.read(tree).jobClass();
        } catch (MalformedPayloadException e) {
            return FailureShape.UNREADABLE;
        }
    }

    /** The job as listeners see it. If it cannot be read it has no arguments, and if it is no job its class is empty. */
    public JobInfo info(String queue, Payload payload) {
        String jobClass = "";
        try {
            Object tree = tree(payload);
            OversizePayload oversize = OversizePayload.of(tree);
            if (oversize == null) {
                return PayloadShape.read(tree).info(queue);
            }
            jobClass = oversize.jobClass();
        } catch (RuntimeException | Error e) {
            // It is no job, or the memory does not suffice for it.
        }
        return new JobInfo(queue, jobClass, List.of(), Optional.empty());
    }

    /** A JSON object, which may be changed; an empty one if it is none, or cannot be read. */
    public Map<String, @Nullable Object> object(Payload payload) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        try {
            if (serializer.decode(payload) instanceof Map<?, ?> tree) {
                tree.forEach((name, value) -> copy.put((String) name, value));
            }
        } catch (MalformedPayloadException e) {
            return copy;
        }
        return copy;
    }

    /** A member as text; empty if it is absent, or no text, number or boolean. */
    public static String text(Map<?, ?> object, String member) {
        Object value = object.get(member);
        return value instanceof String || value instanceof Number || value instanceof Boolean ? value.toString() : "";
    }

    /**
     * The payload without what the runs of its job have added to it; null if they have added nothing, or it cannot be written again. Of a
     * payload that is too large to be read, what they do not change: its beginning, and about its size.
     */
    @Nullable
    public Payload withoutRuns(Payload payload) {
        try {
            if (serializer.decode(payload) instanceof Map<?, ?> tree) {
                OversizePayload oversize = OversizePayload.of(tree);
                if (oversize != null) {
                    return Payload.ofText(oversize.size() / 2 / CheckpointShape.MAX_BYTES + " " + oversize.head());
                }
                Map<?, ?> bare = CheckpointShape.withoutRuns(tree);
                return bare == tree ? null : serializer.encode(bare);
            }
        } catch (MalformedPayloadException | InvalidJobException e) {
            return null;
        }
        return null;
    }

    /** The tree, or null if it cannot be read. */
    public @Nullable Object treeOrNull(Payload payload) {
        try {
            return serializer.decode(payload);
        } catch (MalformedPayloadException e) {
            return null;
        }
    }

    /** The job in the record of a worker, of which the tree was read already. */
    public QueuedJob jobOfRecord(Payload record, @Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> members)) {
            return queued("", record);
        }
        String queue = text(members, "queue");
        if (members.get("payload") instanceof Map<?, ?> job) {
            try {
                return queued(queue, job, serializer.encode(job));
            } catch (InvalidJobException e) {
                return queued(queue, record);
            }
        }
        return queued(queue, payloadOfRecord(record));
    }

    /** The parts of a payload that can be shown, whether or not it is a job. */
    public QueuedJob queued(String queue, Payload payload) {
        return queued(queue, object(payload), payload);
    }

    private static QueuedJob queued(String queue, Map<?, ?> job, Payload payload) {
        return new QueuedJob(
                queue,
                text(job, "class"),
                PayloadShape.args(job),
                Optional.ofNullable(PayloadShape.id(job)),
                Optional.ofNullable(PayloadShape.token(job)),
                Metadata.read(job),
                Optional.ofNullable(PayloadShape.queuedAt(job)),
                PayloadLanguage.of(job, payload),
                payload.toBytes());
    }

    /** Which run of a job it is; the first one if that cannot be read. */
    public RetryShape retry(Payload payload) {
        return RetryShape.read(object(payload));
    }

    /**
     * Whether there is a job in the record of a worker. Jesque's worker writes a record without a payload while it is paused,
     * goworker2's while it is idle. A record that cannot be read, or was too large to be, may hold one.
     */
    public boolean holdsJob(Payload record) {
        return holdsJob(treeOrNull(record));
    }

    /** The same of a tree that {@link #treeOrNull} returned. */
    public static boolean holdsJob(@Nullable Object tree) {
        return !(tree instanceof Map<?, ?> map) || map.get("payload") != null || OversizePayload.of(tree) != null;
    }

    /** The payload in the record of a worker; the record itself if there is none to be found. */
    public Payload payloadOfRecord(Payload record) {
        try {
            return serializer.decode(record) instanceof Map<?, ?> tree && tree.get("payload") != null
                    ? serializer.encode(tree.get("payload"))
                    : record;
        } catch (MalformedPayloadException | InvalidJobException e) {
            return record;
        }
    }

    /** The queue that a worker's record names. Never empty: an empty name would break Ruby's retry of all failures. */
    public String queueOfRecord(Payload record) {
        try {
            return serializer.decode(record) instanceof Map<?, ?> tree
                            && tree.get("queue") instanceof String queue
                            && !queue.isEmpty()
                    ? queue
                    : "unknown";
        } catch (MalformedPayloadException e) {
            return "unknown";
        }
    }
}
