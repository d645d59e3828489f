package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Finding;
import io.resque.api.JobSpec;
import io.resque.api.Unique;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a diagnosis says of the locks of unique jobs. */
@Timeout(60)
class LockFindingsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    private List<String> texts(boolean isFine) {
        return resque.inspector().diagnose(HOUR).stream()
                .filter(finding -> finding.check() == Finding.Check.LOCKS && finding.isFine() == isFine)
                .map(Finding::text)
                .toList();
    }

    @Test
    void withoutLocksItSaysNothing() {
        assertThat(texts(true)).isEmpty();
        assertThat(texts(false)).isEmpty();
    }

    @Test
    void aLockWithItsJobIsFine() {
        for (Unique.Plugin plugin : Unique.Plugin.values()) {
            resque.enqueue("q", JobSpec.of("A", plugin.name()).withUnique(Unique.as(plugin, HOUR)));
        }
        resque.enqueue("q", JobSpec.of("A", 1).withUnique(Unique.untilDone(HOUR)));
        CLIENT.call("SET", redis.key("loners:queue:q:job:1"), "1");
        CLIENT.call("SET", redis.key("lock:B-[1]"), "4000000000");
        assertThat(texts(true)).containsExactly("8 locks of unique jobs");
        assertThat(texts(false)).isEmpty();
    }

    @Test
    void aLockOfRubyWhoseJobDoesNotExistIsNamed() {
        CLIENT.call("SET", redis.key("loners:queue:q:job:1"), "1");
        CLIENT.call("SET", redis.key("lock:B:1"), "true");
        CLIENT.call("SET", redis.key("lonely_job:q"), "4000000000");
        CLIENT.call("SET", redis.key("lock:B-[1]"), "1000000000"); // counts as free
        assertThat(texts(false))
                .containsExactly(
                        "lock:B:1 was written by another program, and its job neither waits nor runs; it never ends;"
                                + " resque locks free, or Inspector.freeLock, frees it",
                        "lonely_job:q was written by another program, and its job neither waits nor runs; it ends at"
                                + " 2096-10-02T07:06:40Z; resque locks free, or Inspector.freeLock, frees it",
                        "loners:queue:q:job:1 was written by another program, and its job is not on its queue; it never"
                                + " ends; resque locks free, or Inspector.freeLock, frees it");
        assertThat(texts(true)).containsExactly("4 locks of unique jobs");
        resque.enqueue("other", "C");
        assertThat(texts(false))
                .as("the others may be of the job that waits")
                .singleElement()
                .asString()
                .startsWith("loners:queue:q:job:1 ");
    }

    @Test
    void theLockOfARunWithoutItsWorkerIsNamed() {
        CLIENT.call("SET", redis.key("java:lock:until_done:q:A"), "4000000000 java:dr 1700000000 owner0000A host:1:q");
        resque.enqueue("other", "C");
        assertThat(texts(false))
                .containsExactly(
                        "java:lock:until_done:q:A is that of a run of host:1:q, which is not registered; it ends"
                                + " at 2096-10-02T07:06:40Z; resque locks free, or Inspector.freeLock, frees it");
    }

    @Test
    void ofManyOnlySomeAreNamed() {
        for (int i = 0; i < 12; i++) {
            CLIENT.call("SET", redis.key("lock:B:" + i), "true");
        }
        assertThat(texts(false)).hasSize(11).last().isEqualTo("and 2 more: resque locks lists all");
    }
}
