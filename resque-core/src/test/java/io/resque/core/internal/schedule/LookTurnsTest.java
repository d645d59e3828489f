package io.resque.core.internal.schedule;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.BackendException;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedLook;
import io.resque.api.spi.QueueBackend;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.AdditionalAnswers;
import org.mockito.Mockito;

/** Which of several schedulers looks for all, on a real Redis. */
class LookTurnsTest {
    private static final long FAR = 4_000_000_000L;
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final DueFixture due = new DueFixture();

    @AfterEach
    void close() {
        due.close();
    }

    private static Duration wait(LookTurns turns) {
        return Duration.ofNanos(turns.nanosUntil(System.nanoTime()));
    }

    @Test
    void oneLooksForAllAndAnotherTakesOver() {
        due.seed(FAR, "item");
        LookTurns one = new LookTurns(due.items);
        LookTurns two = new LookTurns(due.items);
        assertThat(wait(one)).as("it looks at once").isZero();
        assertThat(one.look()).extracting(DelayedLook::first).isEqualTo(FAR);
        assertThat(one.hasLease()).isTrue();
        assertThat(two.look()).as("another one looks").isNull();
        assertThat(two.hasLease()).isFalse();
        assertThat(wait(one)).isLessThanOrEqualTo(SECOND);
        assertThat(wait(two)).as("it asks every three seconds, more or less").isGreaterThan(SECOND);
        one.leave();
        assertThat(two.look()).as("the lease was given back").isNotNull();
        assertThat(two.hasLease()).isTrue();
        assertThat(one.look()).isNull();
    }

    @Test
    void oneThatHasLostTheLeaseSeesThat() {
        LookTurns one = new LookTurns(due.items);
        one.look();
        CLIENT.call("SET", due.redis.key("java:schedule_look"), "another one", "EX", 100);
        one.look();
        one.look();
        assertThat(one.hasLease()).as("it renews at every second look").isFalse();
    }

    @Test
    void withoutGetexTheLeaseIsRenewedAndItsLossIsSeenAllTheSame() {
        try (QueueBackend other = due.openFor("-getex")) {
            LookTurns one = new LookTurns(other.delayed().orElseThrow());
            String lease = due.redis.key("java:schedule_look");
            one.look();
            CLIENT.call("PEXPIRE", lease, 900);
            one.look();
            one.look();
            assertThat(one.hasLease()).isTrue();
            assertThat((Long) CLIENT.call("PTTL", lease)).isGreaterThan(1_000L);
            CLIENT.call("SET", lease, "another one", "EX", 100);
            one.look();
            one.look();
            assertThat(one.hasLease()).isFalse();
        } finally {
            CLIENT.call("ACL", "DELUSER", due.redis.namespace);
        }
    }

    @Test
    void aLeaseThatNeverEndsKeepsNobodyFromLookingNowAndThen() {
        CLIENT.call("SET", due.redis.key("java:schedule_look"), "nobody");
        due.seed(FAR, "item");
        LookTurns turns = new LookTurns(due.items);
        int looks = 0;
        for (int i = 0; i < 12; i++) {
            DelayedLook look = turns.look();
            looks += look != null && look.first() != null ? 1 : 0;
        }
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void theMoreTheyAreTheLessOftenEachAsks() {
        LookTurns one = new LookTurns(due.items);
        one.look();
        for (int i = 0; i < 39; i++) {
            due.items.join("other " + i, Duration.ofMinutes(1));
        }
        LookTurns last = new LookTurns(due.items);
        last.look();
        assertThat(wait(last)).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(55));
        assertThat(CLIENT.call("ZCARD", due.redis.key("java:schedulers"))).isEqualTo(41L);
        last.leave();
        assertThat(CLIENT.call("ZCARD", due.redis.key("java:schedulers"))).isEqualTo(40L);
    }

    @Test
    void howeverManyTheyWereEachAsksOnceAMinute() {
        for (int i = 0; i < 200; i++) {
            due.items.join("other " + i, Duration.ofMinutes(1));
        }
        CLIENT.call("SET", due.redis.key("java:schedule_look"), "another one");
        LookTurns last = new LookTurns(due.items);
        last.look();
        assertThat(Duration.ofNanos(last.interval())).isEqualTo(Duration.ofMinutes(1));
        assertThat((Long) CLIENT.call("TTL", due.redis.key("java:schedulers")))
                .as("one that was killed is forgotten half an hour later")
                .isBetween(1_700L, 1_800L);
    }

    @Test
    void whereTheCountIsRefusedItLooksAllTheSame() {
        DelayedItems refusing = Mockito.mock(DelayedItems.class, AdditionalAnswers.delegatesTo(due.items));
        Mockito.doThrow(new BackendException("NOPERM")).when(refusing).join(Mockito.any(), Mockito.any());
        Mockito.doThrow(new BackendException("NOPERM")).when(refusing).leave(Mockito.any());
        LookTurns turns = new LookTurns(refusing);
        assertThat(turns.look()).isNotNull();
        turns.leave();
        assertThat(turns.hasLease()).isFalse();
    }
}
