package io.resque.core.internal.failure;

import io.resque.api.FailedJob;
import io.resque.api.InvalidJobException;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.core.internal.wire.ActiveJobHash;
import io.resque.core.internal.wire.FailureReader;
import io.resque.core.internal.wire.FailureShape;
import io.resque.core.internal.wire.OversizePayload;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a retry writes, as Ruby does: {@code {"class":…,"args":[…]}} to the queue from which the job came (arguments that
 * another library named otherwise keep that name), and {@code retried_at} in its record, without a zone in the list of one queue.
 */
final class FailureRetry {
    private static final DateTimeFormatter OF_ONE_QUEUE =
            DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Failures failures;
    private final JobSerializer serializer;
    private final FailureReader reader;

    /** Whether a job of ActiveJob has all its attempts again. Otherwise one that was given up fails at once. */
    private final boolean isAnew;

    FailureRetry(Failures failures, JobSerializer serializer, boolean isAnew) {
        this.failures = failures;
        this.serializer = serializer;
        this.reader = new FailureReader(serializer);
        this.isAnew = isAnew;
    }

    /**
     * The edit of a record.
     *
     * @return null if it was retried in this very second: its bytes would not change, so two programs that retry it at once
     *     could not be told apart, and both would push
     * @throws InvalidJobException if it cannot be retried
     */
    @Nullable
    FailureEdit edit(FailedJob failure, FailureList list, boolean remove, Instant now) {
        Payload raw = Payload.of(failure.raw());
        Map<String, @Nullable Object> record = reader.tree(raw);
        String queue = PayloadReader.text(record, "queue");
        OversizePayload oversize = OversizePayload.of(record.get("payload"));
        if (queue.isBlank() && oversize != null) {
            throw refused(failure, "has " + oversize.size() + " bytes, more than this process reads");
        }
        if (queue.isBlank()) {
            throw refused(failure, "names no queue");
        }
        FailureEdit.Aside aside = oversize == null ? null : aside(failure, oversize, queue);
        Push push =
                oversize == null ? new Push(queue, List.of(serializer.encode(job(failure, record))), List.of()) : null;
        if (remove) {
            return new FailureEdit(failure.index(), raw, null, push, aside);
        }
        String retriedAt = (list.queue() == null ? FailureShape.FAILED_AT : OF_ONE_QUEUE).format(now);
        if (retriedAt.equals(record.put("retried_at", retriedAt))) {
            return null;
        }
        return new FailureEdit(failure.index(), raw, serializer.encode(record), push, aside);
    }

    private FailureEdit.Aside aside(FailedJob failure, OversizePayload oversize, String queue) {
        if (oversize.keptAs() == null) {
            throw refused(failure, "holds a payload of " + oversize.size() + " bytes that is not kept");
        }
        if (!failures.isAside(oversize.keptAs())) {
            throw refused(
                    failure,
                    "holds a payload whose bytes are no longer in " + oversize.keptIn() + ", field " + oversize.keptAs()
                            + ": it was retried before, or they were removed");
        }
        return new FailureEdit.Aside(oversize.keptAs(), queue);
    }

    /** Class and arguments, as Ruby pushes them. If the record could only hold the payload as text, they are read from the text. */
    private Map<String, @Nullable Object> job(FailedJob failure, Map<String, @Nullable Object> record) {
        Object tree = record.get("payload");
        try {
            Payload kept = tree instanceof Map<?, ?> payload ? kept(payload) : null;
            Object job = kept == null ? tree : serializer.decode(kept);
            PayloadShape.read(job);
            Map<String, @Nullable Object> again = PayloadShape.again((Map<?, ?>) job);
            ActiveJobHash hash = isAnew ? ActiveJobHash.of(again) : null;
            return hash == null ? again : hash.anew(again);
        } catch (MalformedPayloadException | IllegalArgumentException e) {
            throw refused(failure, "holds no job that can be read");
        }
    }

    private static @Nullable Payload kept(Map<?, ?> payload) {
        if (!FailureShape.UNREADABLE.equals(payload.get("class"))) {
            return null;
        }
        if (payload.get("raw_base64") instanceof String base64) {
            return Payload.of(Base64.getDecoder().decode(base64));
        }
        return payload.get("raw") instanceof String text ? Payload.ofText(text) : null;
    }

    private static InvalidJobException refused(FailedJob failure, String why) {
        return new InvalidJobException("The failure " + failure.index() + " of \"" + failure.list() + "\" " + why
                + ", so it cannot be retried; enqueue what it should have run, and remove it");
    }
}
