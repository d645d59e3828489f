package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.spi.Payload;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RepliesTest {
    private static final byte[] KEY = Keys.bytes("k");
    private static final RedisReplyException WRONG_TYPE =
            new RedisReplyException("here", "WRONGTYPE Operation against");

    private static void refused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(BackendException.class).hasMessage(message);
    }

    @Test
    void repliesAreRead() {
        assertThat(Replies.number(7L)).isEqualTo(7);
        assertThat(Replies.numberText(Keys.bytes("9007199254740993"))).isEqualTo(9007199254740993L);
        assertThat(Replies.bytes(KEY)).isSameAs(KEY);
        assertThat(Replies.text(KEY)).isEqualTo("k");
        assertThat(Replies.textOrNull(KEY)).isEqualTo("k");
        assertThat(Replies.textOrNull(null)).isNull();
        assertThat(Replies.list(List.of(KEY))).isEqualTo(List.of(KEY));
        assertThat(Replies.payloads(List.of(KEY))).containsExactly(Payload.of(KEY));
        assertThat(Replies.count(7L)).isEqualTo(7);
        assertThat(Replies.count(null)).isZero();
        assertThat(Replies.names(List.of(KEY, Keys.bytes("l")))).containsExactly("k", "l");
        assertThat(Replies.names(null)).isEmpty();
    }

    @Test
    void anotherReplyIsRefused() {
        refused(() -> Replies.number(KEY), "Redis sent byte[] where a number was due");
        refused(() -> Replies.number(null), "Redis sent nothing where a number was due");
        refused(() -> Replies.bytes(7L), "Redis sent Long where a string was due");
        refused(() -> Replies.list(7L), "Redis sent Long where a list was due");
        refused(() -> Replies.numberText(KEY), "\"k\" stands in Redis where a number was due");
        assertThatThrownBy(() -> Replies.number(WRONG_TYPE)).isSameAs(WRONG_TYPE);
    }

    @Test
    void aRangeIsReadByItsFirstAndLastIndex() {
        FakeLink link = new FakeLink(command -> List.of(KEY));
        assertThat(Replies.range(link, KEY, 2, 3)).containsExactly(Payload.of(KEY));
        Replies.range(link, KEY, 0, 1);
        Replies.range(link, KEY, 1, Long.MAX_VALUE - 1);
        Replies.range(link, KEY, 2, Long.MAX_VALUE - 1);
        assertThat(link.sent)
                .containsExactly(
                        "LRANGE k 2 4",
                        "LRANGE k 0 0",
                        "LRANGE k 1 9223372036854775806",
                        "LRANGE k 2 9223372036854775807");
        assertThat(Replies.range(link, KEY, 0, 0)).isEmpty();
        assertThat(link.sent).hasSize(4);
        String message = "start and count must not be negative, were ";
        assertThatThrownBy(() -> Replies.range(link, KEY, -1, 1)).hasMessage(message + "-1, 1");
        assertThatThrownBy(() -> Replies.range(link, KEY, 0, -1)).hasMessage(message + "0, -1");
        assertThatThrownBy(() -> Replies.range(link, KEY, -1, 1, 9, KEY, KEY)).hasMessage(message + "-1, 1");
        assertThatThrownBy(() -> Replies.range(link, KEY, 0, -1, 9, KEY, KEY)).hasMessage(message + "0, -1");
    }

    @Test
    void theRangeOfASortedSetIsThatOfJesquesDelayedJobs() {
        FakeLink link = new FakeLink(command -> command.startsWith("LRANGE") ? WRONG_TYPE : List.of(KEY));
        assertThat(Replies.range(link, KEY, 0, 1)).containsExactly(Payload.of(KEY));
        FakeLink foreign = new FakeLink(command -> WRONG_TYPE);
        assertThat(Replies.range(foreign, KEY, 0, 1)).isEmpty();
    }

    @Test
    void aRangeWithALimitOfBytesIsReadByAScript() {
        FakeLink link = new FakeLink(command -> List.of(KEY));
        assertThat(Replies.range(link, KEY, 0, 0, 9, KEY, Keys.bytes("a"))).containsExactly(Payload.of(KEY));
        Replies.range(link, KEY, Long.MAX_VALUE, Long.MAX_VALUE, 9, KEY, Keys.bytes("a"));
        assertThat(link.sent.get(0)).endsWith(" 1 k 0 0 9 k a");
        assertThat(link.sent.get(1)).endsWith(" 1 k 4503599627370496 4503599627370496 9 k a");
    }
}
