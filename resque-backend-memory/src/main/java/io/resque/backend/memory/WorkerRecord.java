package io.resque.backend.memory;

import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Subscription;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/** The record of a worker that holds a job, in the layout that {@link Subscription} describes. */
final class WorkerRecord {
    private static final int SHOWN = 1_000;
    private static final int TAIL = 200;
    private static final int LOOKED_AT = 16_384;
    private static final int MOST_LEVELS = 100;

    private WorkerRecord() {}

    static Payload of(Subscription subscription, Subscription.Source source, Payload job, Instant now) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(utf8(source.beforeInstant() + now + subscription.beforePayload()));
        byte[] bytes = job.toBytes();
        record.writeBytes(isObject(bytes) && !isDeep(bytes) ? bytes : shown(bytes));
        record.writeBytes(utf8(subscription.afterPayload()));
        return Payload.of(record.toByteArray());
    }

    /** A small payload to stand for a large payload that is kept under this name. */
    static Payload standIn(Payload job, String name) {
        byte[] bytes = job.toBytes();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(utf8("{\"class\":\"OversizePayload\",\"args\":[],\"size\":" + bytes.length
                + ",\"kept_in\":\"memory\",\"kept_as\":\"" + name + "\",\"head\":"));
        text.writeBytes(shown(bytes));
        text.writeBytes(utf8(",\"tail\":"));
        text.writeBytes(shown(Arrays.copyOfRange(bytes, Math.max(0, bytes.length - TAIL), bytes.length)));
        LockClaim.of(job)
                .ifPresent(claim -> text.writeBytes(utf8(",\"" + LockClaim.MEMBER + "\":\"" + claim.text() + "\"")));
        text.writeBytes(utf8("}"));
        return Payload.of(text.toByteArray());
    }

    private static boolean isObject(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == '{' && bytes[bytes.length - 1] == '}';
    }

    /** Whether a record around it would be too deep for Ruby, which reads 100 levels. */
    private static boolean isDeep(byte[] bytes) {
        int depth = 0;
        boolean isText = false;
        for (int i = 0; i < Math.min(LOOKED_AT, bytes.length); i++) {
            switch (bytes[i]) {
                case '"' -> isText = !isText;
                case '\\' -> i += isText ? 1 : 0;
                case '[', '{' -> depth += isText ? 0 : 1;
                case ']', '}' -> depth -= isText ? 0 : 1;
                default -> {}
            }
            if (depth >= MOST_LEVELS) {
                return true;
            }
        }
        return false;
    }

    /** A JSON string that shows the bytes. */
    private static byte[] shown(byte[] bytes) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < Math.min(SHOWN, bytes.length); i++) {
            byte b = bytes[i];
            if (b < 0) {
                json.append('?');
            } else if (b == '"' || b == '\\') {
                json.append('\\').append((char) b);
            } else if (b == '\n') {
                json.append("\\n");
            } else if (b < ' ') {
                json.append(String.format(Locale.ROOT, "\\u%04x", b));
            } else {
                json.append((char) b);
            }
        }
        return utf8(json.append('"').toString());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
