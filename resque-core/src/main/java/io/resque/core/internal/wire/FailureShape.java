package io.resque.core.internal.wire;

import io.resque.api.InvalidJobException;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The failure record, Ruby's seven members in Ruby's order.
 *
 * <pre>
 * {"failed_at":"2026/11/22 15:36:45 UTC","payload":{…},"exception":"…","error":"…","backtrace":[…],"worker":"…","queue":"…"}
 * </pre>
 *
 * <p>A payload that Ruby's pages could not show or retry, because it is no JSON object, nests too deep or names no class,
 * stands in it as {@code {"class":"UnreadablePayload","args":[],"raw":"…"}}, or with {@code raw_base64} if it is not UTF-8:
 * nothing of it is lost. A record without a class or a queue would end Ruby's retry of all records.
 */
public final class FailureShape {
    public static final String UNREADABLE = "UnreadablePayload";

    /** Ruby reads 100 levels, and the record is one around the payload. */
    private static final int MAX_PAYLOAD_DEPTH = 99;

    private static final int MAX_ERROR = 50_000;
    private static final int MAX_LINE = 5_000;
    private static final int MAX_BACKTRACE = 250_000;

    public static final DateTimeFormatter FAILED_AT = DateTimeFormatter.ofPattern(
                    "yyyy/MM/dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final JobSerializer serializer;
    private final Clock clock;
    private final int backtraceLimit;

    public FailureShape(JobSerializer serializer, Clock clock, int backtraceLimit) {
        this.serializer = serializer;
        this.clock = clock;
        this.backtraceLimit = backtraceLimit;
    }

    public Payload record(Payload payload, String worker, String queue, JobOutcome.Failed failure) {
        Map<String, @Nullable Object> record = new LinkedHashMap<>();
        record.put("failed_at", FAILED_AT.format(clock.instant()));
        record.put("payload", shown(payload));
        record.put("exception", clean(failure.exception(), MAX_LINE));
        record.put("error", clean(failure.message(), MAX_ERROR));
        record.put("backtrace", backtrace(failure.frames()));
        record.put("worker", worker);
        record.put("queue", queue);
        try {
            return serializer.encode(record);
        } catch (InvalidJobException e) {
            // The tree was read but cannot be written: a serializer may do that with an odd number.
            record.put("payload", raw(payload));
            return serializer.encode(record);
        }
    }

    private List<String> backtrace(List<String> frames) {
        List<String> cut = new ArrayList<>();
        int left = MAX_BACKTRACE;
        for (String frame : frames) {
            left -= Math.min(frame.length(), MAX_LINE);
            if (cut.size() == backtraceLimit || left < 0) {
                break;
            }
            cut.add(clean(frame, MAX_LINE));
        }
        if (frames.size() > cut.size() && backtraceLimit > 0) {
            cut.add("… cut");
        }
        return cut;
    }

    private Object shown(Payload payload) {
        try {
            Object tree = serializer.decode(payload);
            return tree instanceof Map<?, ?> map && PayloadShape.hasClass(map) && depth(tree, 0) <= MAX_PAYLOAD_DEPTH
                    ? tree
                    : raw(payload);
        } catch (MalformedPayloadException | OutOfMemoryError | StackOverflowError e) {
            return raw(payload);
        }
    }

    private static Map<String, @Nullable Object> raw(Payload payload) {
        Map<String, @Nullable Object> shape = new LinkedHashMap<>();
        shape.put("class", UNREADABLE);
        shape.put("args", List.of());
        String text = payload.text();
        if (Payload.ofText(text).equals(payload)) {
            shape.put("raw", text);
        } else {
            shape.put("raw_base64", Base64.getEncoder().encodeToString(payload.toBytes()));
        }
        return shape;
    }

    private static int depth(@Nullable Object tree, int above) {
        if (above > MAX_PAYLOAD_DEPTH) {
            return above;
        }
        int deepest = above;
        if (tree instanceof Map<?, ?> map) {
            deepest++;
            for (Object value : map.values()) {
                deepest = Math.max(deepest, depth(value, above + 1));
            }
        } else if (tree instanceof List<?> list) {
            deepest++;
            for (Object value : list) {
                deepest = Math.max(deepest, depth(value, above + 1));
            }
        }
        return deepest;
    }

    /** The text of an exception may be anything; a record must be JSON. */
    private static String clean(String text, int most) {
        String cut = text.length() > most
                ? text.substring(0, most) + "… (" + (text.length() - most) + " more characters)"
                : text;
        if (JsonRules.loneSurrogate(cut) < 0) {
            return cut;
        }
        // UTF-8 writes a question mark for half of a pair.
        return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
