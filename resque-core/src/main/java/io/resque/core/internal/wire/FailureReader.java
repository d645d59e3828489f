package io.resque.core.internal.wire;

import io.resque.api.FailedJob;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.WireTimes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads failure records of all languages. No content of a record makes it fail. */
public final class FailureReader {
    private static final Pattern PYRES_WITHOUT_MESSAGE = Pattern.compile("type: <class '[^']*'>");
    private static final String TRACEBACK = "Traceback (most recent call last):";

    private final PayloadReader jobs;

    public FailureReader(JobSerializer serializer) {
        this.jobs = new PayloadReader(serializer);
    }

    /** The record as a tree, which may be changed; empty if it is no JSON object. */
    public Map<String, @Nullable Object> tree(Payload raw) {
        return jobs.object(raw);
    }

    public FailedJob read(FailureList list, long index, Payload raw) {
        Map<String, @Nullable Object> record = tree(raw);
        Map<?, ?> payload = record.get("payload") instanceof Map<?, ?> map ? map : Map.of();
        String failedAt = PayloadReader.text(record, "failed_at");
        List<String> backtrace = backtrace(record.get("backtrace"));
        RetryShape run = RetryShape.read(payload);
        return new FailedJob(
                list.name(),
                index,
                failedAt,
                WireTimes.parse(failedAt),
                PayloadReader.text(record, "queue"),
                PayloadReader.text(payload, "class"),
                PayloadShape.args(payload),
                Optional.ofNullable(PayloadShape.id(payload)),
                Optional.ofNullable(PayloadShape.token(payload)),
                Metadata.read(payload),
                Optional.ofNullable(PayloadShape.queuedAt(payload)),
                run.attempt(),
                Optional.ofNullable(run.last()),
                PayloadReader.text(record, "exception"),
                error(record, backtrace),
                backtrace,
                worker(record.get("worker")),
                record.get("retried_at") == null
                        ? Optional.empty()
                        : Optional.of(PayloadReader.text(record, "retried_at")),
                raw.toBytes());
    }

    /** On Python 3 pyres writes the class in place of the message, which stands in the last line of its traceback. */
    private static String error(Map<?, ?> record, List<String> backtrace) {
        String error = PayloadReader.text(record, "error");
        if (!PYRES_WITHOUT_MESSAGE.matcher(error).matches() || !backtrace.contains(TRACEBACK)) {
            return error;
        }
        for (int i = backtrace.size() - 1; i > 0; i--) {
            String line = backtrace.get(i);
            if (!line.isBlank()) {
                return line.startsWith(" ") ? error : line;
            }
        }
        return error;
    }

    /** The id of the worker; goworker2 writes an object, whose parts are put together as in its ids. */
    private static String worker(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> worker)) {
            return value instanceof String text ? text : "";
        }
        String host = PayloadReader.text(worker, "Hostname");
        String pid = PayloadReader.text(worker, "Pid");
        String id = PayloadReader.text(worker, "ID");
        return host.isEmpty() || pid.isEmpty()
                ? id
                : new WorkerId(host, pid + (id.isEmpty() ? "" : "-" + id), null).toString();
    }

    private static List<String> backtrace(@Nullable Object value) {
        if (value instanceof List<?> frames) {
            return frames.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        return value instanceof String text ? text.lines().toList() : List.of();
    }
}
