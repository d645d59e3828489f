package io.resque.tck;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Encodes arguments as a request, and converts replies to text. */
final class RespValues {
    private RespValues() {}

    static byte[] encode(Object... args) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(ascii("*" + args.length + "\r\n"));
        for (Object arg : args) {
            byte[] bytes = arg instanceof byte[] given ? given : arg.toString().getBytes(StandardCharsets.UTF_8);
            request.writeBytes(ascii("$" + bytes.length + "\r\n"));
            request.writeBytes(bytes);
            request.writeBytes(ascii("\r\n"));
        }
        return request.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static String literally(String prefix) {
        return prefix.replaceAll("[\\\\*?\\[\\]]", "\\\\$0");
    }

    static @Nullable String asText(@Nullable Object reply) {
        if (reply instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (reply instanceof List<?>) {
            throw new IllegalStateException("The reply is a list, not a text");
        }
        return reply == null ? null : reply.toString();
    }

    @SuppressWarnings("unchecked")
    static List<@Nullable Object> asList(@Nullable Object reply) {
        if (reply == null) {
            return List.of();
        }
        if (reply instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw new IllegalStateException("The reply is not a list: " + asText(reply));
    }
}
