package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedisReplyExceptionTest {
    @Test
    void aGreetingThatIsNotKnownIsNotQuotedWithItsPassword() {
        String reply = "ERR unknown command `HELLO`, with args beginning with: `2`, `AUTH`, `jo`, `s3cret`, ";
        assertThat(new RedisReplyException("localhost:6379/0", reply))
                .hasMessage("Redis at localhost:6379/0 answered: ERR unknown command `HELLO`"
                        + " — Redis 6.2 or later is needed, with this command under its own name");
    }
}
