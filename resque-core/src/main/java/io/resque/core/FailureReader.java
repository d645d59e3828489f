package io.resque.core;

import io.resque.api.FailedJob;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads failure records of all languages. Nothing that stands in one can make it fail. */
final class FailureReader {
    private final JobReader jobs;

    FailureReader(JobSerializer serializer) {
        this.jobs = new JobReader(serializer);
    }

    /** The record as a tree, which may be changed; empty if it is no JSON object. */
    Map<String, @Nullable Object> tree(Payload raw) {
        return jobs.object(raw);
    }

    FailedJob read(FailureList list, long index, Payload raw) {
        Map<String, @Nullable Object> record = tree(raw);
        Map<?, ?> payload = record.get("payload") instanceof Map<?, ?> map ? map : Map.of();
        String failedAt = JobReader.text(record, "failed_at");
        return new FailedJob(
                list.name(),
                index,
                failedAt,
                WireTimes.parse(failedAt),
                JobReader.text(record, "queue"),
                JobReader.text(payload, "class"),
                PayloadShape.args(payload.get("args")),
                Optional.ofNullable(PayloadShape.id(payload)),
                Optional.ofNullable(PayloadShape.token(payload)),
                JobReader.text(record, "exception"),
                JobReader.text(record, "error"),
                backtrace(record.get("backtrace")),
                JobReader.text(record, "worker"),
                record.get("retried_at") == null ? Optional.empty() : Optional.of(JobReader.text(record, "retried_at")),
                raw.toBytes());
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
