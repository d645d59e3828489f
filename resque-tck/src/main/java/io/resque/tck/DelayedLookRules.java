package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedLook;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.QueueBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of delayed items: how several callers look for those of an earlier second. */
@NeedsFeature(Feature.DELAYED_JOBS)
abstract class DelayedLookRules extends DelayedBench {
    private static final String LEASE = "java:schedule_look";
    private static final String CALLERS = "java:schedulers";

    DelayedLookRules(QueueBackendTck kit) {
        super(kit);
    }

    private static DelayedLook ask(DelayedItems items, String caller, boolean isHeld) {
        return items.look("", new DelayedLook.Lease(caller, isHeld));
    }

    @Test
    @WireRule("W-675")
    void theFirstSecondIsToldWhetherDueOrNot() {
        assertThat(items().look("", null).first()).as("nothing is delayed").isNull();
        seed(FAR + 1, item(1));
        assertThat(items().look("", null).first()).isEqualTo(FAR + 1);
        seed(FAR, item(2));
        assertThat(items().look("", null).first()).as("an earlier one").isEqualTo(FAR);
        seed(PAST, item(3));
        assertThat(items().look("", null).first()).as("one that is due").isEqualTo(PAST);
        assertThat(ask(items(), "one", false).first())
                .as("a caller that gets the lease is told it, too")
                .isEqualTo(PAST);
        assertThat(items().look("", null).hasLease())
                .as("it did not ask for the lease")
                .isFalse();
        assertDelayed(
                "a look takes nothing away",
                Map.of(PAST, List.of(item(3)), FAR, List.of(item(2)), FAR + 1, List.of(item(1))));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-676")
    void oneOfSeveralCallersHasTheLease() {
        seed(FAR, item(1));
        try (QueueBackend other = open(url())) {
            assertThat(ask(items(), "one", false).hasLease()).isTrue();
            DelayedLook second = ask(items(other), "two", false);
            assertThat(second.hasLease()).as("another one has it").isFalse();
            assertThat(second.first()).as("the other one looks").isNull();
            assertThat(redis.number("PTTL", key(LEASE))).isBetween(1_000L, 3_000L);
            redis.call("PEXPIRE", key(LEASE), 900);
            DelayedLook again = ask(items(), "one", true);
            assertThat(again.hasLease()).isTrue();
            assertThat(again.first()).isEqualTo(FAR);
            assertThat(redis.number("PTTL", key(LEASE))).as("it is renewed").isBetween(1_000L, 3_000L);
            redis.call("DEL", key(LEASE));
            assertThat(ask(items(other), "two", false).hasLease())
                    .as("it has lapsed")
                    .isTrue();
            assertThat(ask(items(), "one", true).hasLease())
                    .as("who has lost it meanwhile does not get it back")
                    .isFalse();
            redis.call("DEL", key(LEASE));
            assertThat(ask(items(), "one", true).hasLease())
                    .as("who finds it lapsed gets it back")
                    .isTrue();
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-676")
    void whatStandsInThePlaceOfTheScheduleOrTheLeaseIsLeft() {
        redis.call("SET", key(SCHEDULE), "no zset");
        assertThat(items().look("", null).first()).isNull();
        redis.call("DEL", key(SCHEDULE));
        seed(FAR, item(1));
        redis.call("RPUSH", key(LEASE), "no lease");
        assertThat(ask(items(), "one", true).first())
                .as("who believes to have it goes on to look")
                .isEqualTo(FAR);
        items().leave("one");
        assertThat(redis.texts("LRANGE", key(LEASE), 0, -1)).containsExactly("no lease");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-677")
    void callersAreCountedUntilTheyLeaveOrAreSilent() {
        assertThat(items().join("one", Duration.ofSeconds(100))).isEqualTo(1);
        try (QueueBackend other = open(url())) {
            assertThat(items(other).join("two", Duration.ofSeconds(1_000))).isEqualTo(2);
            assertThat(items().join("one", Duration.ofSeconds(100)))
                    .as("one that says so again counts once")
                    .isEqualTo(2);
            assertThat(redis.number("TTL", key(CALLERS)))
                    .as("the last one is forgotten, too")
                    .isBetween(900L, 1_000L);
            ask(items(), "one", false);
            items(other).leave("two");
            assertThat(redis.text("GET", key(LEASE))).as("not its lease").isEqualTo("one");
            assertThat(items().join("three", Duration.ofSeconds(100))).isEqualTo(2);
            items().leave("one");
            assertThat(redis.number("EXISTS", key(LEASE)))
                    .as("it gives its lease back")
                    .isZero();
            redis.call("ZADD", key(CALLERS), seconds() - 1, "silent");
            assertThat(items().join("four", Duration.ofSeconds(100)))
                    .as("three and four")
                    .isEqualTo(2);
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-679")
    void whoHoldsTheLocksIsTold() {
        ForeignLocks locks = new ForeignLocks("MyApp");
        String ruby = key(namespace + ":MyApp:resque_scheduler_master_lock");
        String node = key("resque_scheduler_leader_lock");
        assertThat(items().holders(locks)).as("nobody holds one").isEmpty();
        redis.call("SET", ruby, ForeignLocks.OURS);
        redis.call("SET", node, "node:1");
        redis.call("SET", key(namespace + ":resque_scheduler_master_lock"), "of another prefix");
        Map<String, Object> before = everything();
        assertThat(items().holders(locks)).isEqualTo(Map.of(ruby, ForeignLocks.OURS, node, "node:1"));
        assertThat(everything()).as("nothing is written").isEqualTo(before);
        redis.call("DEL", ruby, node);
        redis.call("RPUSH", node, "no lock");
        assertThat(items().holders(locks))
                .as("a key of another type is no lock")
                .isEmpty();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-680")
    void missingRightsAreTold() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            seed(client, PAST, item(1));
            Map<String, Object> before = client.dump(namespace + ":");
            try (QueueBackend other = open("redis://app:pw@127.0.0.1:" + own.port() + "/0")) {
                assertThat(items(other).missingRights())
                        .as("this user may do all")
                        .isEmpty();
                List<String> rights = new ArrayList<>(
                        List.of("lset", "lpop", "ltrim", "lindex", "lrange", "zadd", "zrem", "zscore", "get", "set"));
                rights.addAll(List.of("hget", "hlen", "sismember"));
                if (client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1) {
                    rights.addAll(List.of("rpush", "sadd"));
                }
                for (String right : rights) {
                    client.call("ACL", "SETUSER", "app", "-" + right);
                    assertThat(items(other).missingRights())
                            .as("this user may not %s", right)
                            .containsExactly(right);
                    client.call("ACL", "SETUSER", "app", "+" + right);
                }
            }
            assertThat(client.dump(namespace + ":")).as("nothing is written").isEqualTo(before);
        }
    }
}
