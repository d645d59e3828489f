package io.resque.core.internal.schedule;

import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.ItemShape;
import io.resque.core.internal.wire.RetryShape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the member {@code queue} out of a delayed item. All other bytes stay as they are, since a serializer would write numbers and
 * escapes of other libraries in another way. Accepts what RFC 8259 allows, up to the levels that serializers read.
 */
final class ItemScanner {
    private static final int MOST_LEVELS = 200;

    private final byte[] bytes;
    private int at;

    private @Nullable String queue;
    private @Nullable String jobClass;
    private @Nullable String retry;

    private ItemScanner(byte[] bytes) {
        this.bytes = bytes;
    }

    static ReadItem read(Payload item) {
        ItemScanner scanner = new ItemScanner(item.toBytes());
        byte[] payload;
        try {
            payload = scanner.cut();
        } catch (MalformedPayloadException e) {
            return new ReadItem(null, null, e.getMessage(), null);
        }
        String queue = scanner.queue;
        if (scanner.jobClass == null || scanner.jobClass.isEmpty()) {
            return new ReadItem(queue, null, "The delayed item names no class", null);
        }
        if (queue == null || queue.isEmpty() || JsonRules.loneSurrogate(queue) >= 0) {
            return new ReadItem(null, Payload.of(payload), "The delayed item names no queue", null);
        }
        String rubyName = scanner.retry == null ? null : RetryShape.rubyName(scanner.jobClass, scanner.retry);
        return new ReadItem(queue, Payload.of(payload), null, rubyName);
    }

    /** A member of the object, with the blanks around it, and without the comma. */
    private record Member(int start, int end, boolean isQueue) {}

    private byte[] cut() {
        checkText();
        blanks();
        if (!accept('{')) {
            throw malformed("is no JSON object");
        }
        int first = at;
        List<Member> members = new ArrayList<>();
        blanks();
        if (!accept('}')) {
            at = first;
            do {
                members.add(member());
            } while (accept(','));
            expect('}');
        }
        int last = at - 1;
        blanks();
        if (at < bytes.length) {
            throw malformed("goes on after its end");
        }
        ByteArrayOutputStream rest = new ByteArrayOutputStream(bytes.length);
        rest.write(bytes, 0, first);
        boolean isFirst = true;
        for (Member member : members) {
            if (!member.isQueue()) {
                if (!isFirst) {
                    rest.write(',');
                }
                rest.write(bytes, member.start(), member.end() - member.start());
                isFirst = false;
            }
        }
        rest.write(bytes, last, bytes.length - last);
        return rest.toByteArray();
    }

    private Member member() {
        int start = at;
        blanks();
        String name = string();
        blanks();
        expect(':');
        blanks();
        boolean isQueue = name.equals(ItemShape.QUEUE);
        // Of equal names the last one counts.
        if (isQueue) {
            queue = textOrNull();
        } else if (name.equals("class")) {
            jobClass = textOrNull();
        } else {
            int from = at;
            value(1);
            retry = name.equals(RetryShape.MEMBER) ? utf8(from, at) : retry;
        }
        blanks();
        return new Member(start, at, isQueue);
    }

    private @Nullable String textOrNull() {
        if (peek() == '"') {
            return string();
        }
        value(1);
        return null;
    }

    private void value(int level) {
        switch (peek()) {
            case '"' -> string();
            case '{', '[' -> container(level + 1);
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private void container(int level) {
        if (level > MOST_LEVELS) {
            throw malformed("nests deeper than " + MOST_LEVELS + " levels");
        }
        boolean isObject = peek() == '{';
        at++;
        blanks();
        if (accept(isObject ? '}' : ']')) {
            return;
        }
        do {
            blanks();
            if (isObject) {
                string();
                blanks();
                expect(':');
                blanks();
            }
            value(level);
            blanks();
        } while (accept(','));
        expect(isObject ? '}' : ']');
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
    }

    private void number() {
        accept('-');
        if (!accept('0')) {
            digits();
        }
        if (accept('.')) {
            digits();
        }
        if (accept('e') || accept('E')) {
            if (!accept('+')) {
                accept('-');
            }
            digits();
        }
    }

    private void digits() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == start) {
            throw malformed("is no JSON");
        }
    }

    private String string() {
        expect('"');
        int start = at;
        StringBuilder text = null;
        for (int c = peek(); c != '"'; c = peek()) {
            if (c < ' ' && c >= 0 || at >= bytes.length) {
                throw malformed("is no JSON");
            }
            if (c == '\\') {
                text = text == null ? new StringBuilder() : text;
                text.append(utf8(start, at));
                at++;
                text.append(escaped());
                start = at;
            } else {
                at++;
            }
        }
        String end = utf8(start, at);
        at++;
        return text == null ? end : text.append(end).toString();
    }

    private char escaped() {
        int c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> throw malformed("is no JSON");
        };
    }

    private char hex() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw malformed("is no JSON");
            }
            code = 16 * code + digit;
            at++;
        }
        return (char) code;
    }

    private String utf8(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    private void checkText() {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new MalformedPayloadException("The delayed item is no UTF-8");
        }
    }

    private void blanks() {
        while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
            at++;
        }
    }

    /** The byte here; -1 at the end. Bytes beyond ASCII are negative and never asked for, so they are -1, too. */
    private int peek() {
        return at < bytes.length ? Math.max(-1, bytes[at]) : -1;
    }

    private boolean accept(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char wanted) {
        if (!accept(wanted)) {
            throw malformed("is no JSON");
        }
    }

    private MalformedPayloadException malformed(String what) {
        return new MalformedPayloadException("The delayed item " + what + " (at byte " + at + ")");
    }
}
