package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisReplyExceptionTest {
    @Test
    void aGreetingThatIsNotKnownIsNotQuotedWithItsPassword() {
        String reply = "ERR unknown command `HELLO`, with args beginning with: `2`, `AUTH`, `jo`, `s3cret`, ";
        assertThat(new RedisReplyException("localhost:6379/0", reply))
                .hasMessage("Redis at localhost:6379/0 answered: ERR unknown command `HELLO`"
                        + " — Redis 6.2 or later is needed, with this command under its own name; to sentinels leads the URL"
                        + " redis-sentinel://host:26379#name");
    }

    private static RedisReplyException reply(String text) {
        return new RedisReplyException("here", text);
    }

    @Test
    void theCodeSaysWhatTheServerDid() {
        RedisReplyException noScript = reply("NOSCRIPT No matching script.");
        assertThat(noScript.isNoScript()).isTrue();
        assertThat(noScript.hasRunNothing()).isTrue();
        assertThat(noScript.isForOtherServer()).isFalse();
        RedisReplyException moved = reply("MOVED 3999 10.0.0.1:6381");
        assertThat(moved.movedTo()).isEqualTo("10.0.0.1:6381");
        assertThat(moved.hasRunNothing()).isTrue();
        assertThat(moved.isForOtherServer()).isTrue();
        assertThat(moved.isNoPrimary()).isFalse();
        for (String text : List.of("READONLY You can't write", "UNBLOCKED force unblock", "ERR script: READONLY")) {
            assertThat(reply(text).isNoPrimary()).as(text).isTrue();
            assertThat(reply(text).isForOtherServer()).as(text).isTrue();
            assertThat(reply(text).movedTo()).as(text).isNull();
        }
        assertThat(reply("OOM command not allowed").isFull()).isTrue();
        assertThat(reply("NOAUTH Authentication required.").isNoLogin()).isTrue();
        assertThat(reply("ERR unknown command 'X'").isUnknownCommand()).isTrue();
        assertThat(reply("LOADING Redis").isLoading()).isTrue();
        assertThat(reply("WRONGTYPE x").isWrongType()).isTrue();
        RedisReplyException other = reply("ERR other");
        assertThat(other.isNoScript()).isFalse();
        assertThat(other.hasRunNothing()).isFalse();
        assertThat(other.isFull()).isFalse();
        assertThat(other.isNoLogin()).isFalse();
        assertThat(other.isUnknownCommand()).isFalse();
        assertThat(other.isLoading()).isFalse();
        assertThat(other.isWrongType()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOAUTH Authentication required. | give the right password",
                "WRONGPASS invalid pair | give the right password",
                "ERR invalid password | give the right password",
                "ERR AUTH <password> called without any password configured | this Redis has no password",
                "NOPERM this user | grant the ACL user",
                "ERR ACL failure in script | grant the ACL user",
                "READONLY You can't write | this is a replica",
                "OOM command not allowed | it is full",
                "MISCONF Redis is | it cannot save to disk",
                "ERR max number of clients reached | it has as many connections",
                "LOADING Redis is | it is starting",
                "ERR unknown command 'X' | Redis 6.2 or later is needed",
                "ERR script: Unknown Redis command called | Redis 6.2 or later is needed",
                "MOVED 3999 h:1 | this is a cluster",
                "CROSSSLOT Keys | this is a cluster",
                "ERR Script attempted to access a non local key | this is a cluster",
                "ERR SELECT is not allowed in cluster mode | a cluster has database 0 only",
                "ERR DB index is out of range | the number after the slash",
            })
    void theMessageHasAWayOut(String reply, String wayOut) {
        assertThat(reply(reply)).hasMessageContaining(" — " + wayOut);
    }

    @Test
    void aReplyThatNeedsNoneHasNoWayOut() {
        assertThat(reply("ERR syntax error. ")).hasMessage("Redis at here answered: ERR syntax error");
        assertThat(reply("NOAUTH HELLO must be called\nwith the client"))
                .hasMessageStartingWith("Redis at here answered: NOAUTH Authentication required — ");
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
