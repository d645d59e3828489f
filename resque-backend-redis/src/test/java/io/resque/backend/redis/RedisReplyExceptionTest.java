package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisReplyExceptionTest {
    @Test
    void aGreetingThatIsNotKnownIsNotQuotedWithItsPassword() {
        String reply = "ERR unknown command `HELLO`, with args beginning with: `2`, `AUTH`, `jo`, `s3cret`, ";
        assertThat(new RedisReplyException("localhost:6379/0", reply))
                .hasMessage("Redis at localhost:6379/0 answered: ERR unknown command `HELLO`"
                        + " — Redis 6.2 or later is needed, with this command under its own name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WRONGTYPE resque:failed is a string, not a list; nothing was written",
                "WRONGTYPE Operation against a key holding the wrong kind of value script: 5fe8, on @user_script:3.",
                "ERR Error running script (call to f_5fe8): @user_script:3: WRONGTYPE Operation against a key holding the"
                        + " wrong kind of value",
                "NOPERM this user has no permissions to run the 'lpush' command",
                "ERR Error running script (call to f_5fe8): @user_script:3: The user executing the script can't run this"
                        + " command or subcommand"
            })
    void whatLastsUntilSomebodyMendsItSaysSo(String reply) {
        assertThat(new RedisReplyException("here", reply).isLasting()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOADING Redis is loading the dataset in memory",
                "MASTERDOWN Link with MASTER is down",
                "CLUSTERDOWN The cluster is down"
            })
    void aWorkerThatStartsCanWaitForAServerThatIsNotReady(String reply) {
        assertThat(new RedisReplyException("here", reply).mayPassByWaiting()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOAUTH Authentication required.",
                "WRONGPASS invalid username-password pair or user is disabled.",
                "READONLY You can't write against a read only replica.",
                "WRONGTYPE Operation against a key holding the wrong kind of value"
            })
    void butNotForAServerThatRefuses(String reply) {
        assertThat(new RedisReplyException("here", reply).mayPassByWaiting()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOADING Redis is loading the dataset in memory",
                "OOM command not allowed when used memory > 'maxmemory'.",
                "ERR Error running script (call to f_5fe8): @user_script:3: OOM command not allowed",
                "MISCONF Redis is configured to save RDB snapshots",
                "NOAUTH Authentication required.",
                "READONLY You can't write against a read only replica.",
                "NOREPLICAS Not enough good replicas to write.",
                "BUSY Redis is busy running a script.",
                "MASTERDOWN Link with MASTER is down",
                "TRYAGAIN Multiple keys request during rehashing of slot",
                "CLUSTERDOWN The cluster is down",
                "ERR max number of clients reached"
            })
    void whatPassesDoesNot(String reply) {
        assertThat(new RedisReplyException("here", reply).isLasting()).isFalse();
    }
}
