package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.WorkerSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests of the failure lists. */
abstract class FailureRules extends BackendRules {
    private static final FailureList OF_HIGH = new FailureList("high");
    private static final Payload A = record("a");
    private static final Payload B = record("b");
    private static final Payload C = record("c");
    private static final Payload D = record("d");

    FailureRules(QueueBackendTck kit) {
        super(kit);
    }

    private static Payload record(String error) {
        return Payload.ofText("{\"failed_at\":\"2026/11/22 15:35:23 UTC\",\"error\":\"" + error + "\"}");
    }

    private void add(FailureList list, Payload... records) {
        backend.failures()
                .add(List.of(records).stream()
                        .map(record -> new FailureEntry(list, record))
                        .toList());
    }

    @Test
    @WireRule("W-301")
    void theCommonListIsFailed() {
        add(FailureList.COMMON, A, B);
        add(FailureList.COMMON, C);
        assertThatPayloads(failed()).as("records must be appended").containsExactly(A, B, C);
        assertThat(judge.failureLists())
                .as("the common list must not be announced")
                .isEmpty();
        onKeys(() -> assertThat(everything())
                .as("records must be appended to 'failed', which must not be announced")
                .isEqualTo(Map.of(key("failed"), List.of(A.text(), B.text(), C.text()))));
    }

    @Test
    @WireRule("W-302")
    void theListOfAQueueIsAnnounced() {
        backend.failures().add(List.of(new FailureEntry(OF_HIGH, A), new FailureEntry(FailureList.COMMON, B)));
        assertThatPayloads(judge.failures(OF_HIGH))
                .as("the list of a queue must be separate")
                .containsExactly(A);
        assertThatPayloads(failed()).containsExactly(B);
        assertThat(judge.failureLists())
                .as("the list of a queue must be announced, so that lists() returns it")
                .containsExactly("high_failed");
        onKeys(() -> assertThat(everything())
                .as("the key of a queue's list must be '<queue>_failed', and 'failed_queues' must contain this name")
                .isEqualTo(Map.of(
                        key("high_failed"), List.of(A.text()),
                        key("failed_queues"), Set.of("high_failed"),
                        key("failed"), List.of(B.text()))));
    }

    @Test
    @WireRule("W-302")
    void listsNamesTheCommonOneFirst() {
        assertThat(backend.failures().lists()).containsExactly(FailureList.COMMON);
        add(OF_HIGH, A);
        onKeys(() -> redis.call("SADD", key("failed_queues"), "mail out_failed"));
        if (!hasKeys()) {
            add(new FailureList("mail out"), B);
        }
        add(new FailureList("high_failed"), C);
        assertThat(backend.failures().lists())
                .as("lists() must return the common list first, then the lists of queues with the queues' names")
                .startsWith(FailureList.COMMON)
                .containsExactlyInAnyOrder(
                        FailureList.COMMON, OF_HIGH, new FailureList("mail out"), new FailureList("high_failed"));
    }

    @Test
    @WireRule("W-303")
    void countAndRangeGoFromTheOldest() {
        assertThat(backend.failures().count(FailureList.COMMON)).isZero();
        add(FailureList.COMMON, A, B, C);
        assertThat(backend.failures().count(FailureList.COMMON)).isEqualTo(3);
        assertThatPayloads(backend.failures().range(FailureList.COMMON, 1, 1)).containsExactly(B);
        assertThatPayloads(backend.failures().range(FailureList.COMMON, 1, 100)).containsExactly(B, C);
        assertThatPayloads(backend.failures().range(FailureList.COMMON, 1, Long.MAX_VALUE))
                .containsExactly(B, C);
        isRefused("range(COMMON, -1, 1)", () -> backend.failures().range(FailureList.COMMON, -1, 1));
        isRefused("range(COMMON, 0, -1)", () -> backend.failures().range(FailureList.COMMON, 0, -1));
        isRefused("range(COMMON, -2, 1, 1000)", () -> backend.failures().range(FailureList.COMMON, -2, 1, 1_000));
        assertThatPayloads(backend.failures().range(FailureList.COMMON, 3, 1)).isEmpty();
        assertThatPayloads(backend.failures().range(FailureList.COMMON, 0, 0)).isEmpty();
        assertThatPayloads(backend.failures().range(OF_HIGH, 0, 10)).isEmpty();
    }

    @Test
    @WireRule("W-304")
    void anEditReplacesOrRemovesTheRecordThatStandsThere() {
        add(FailureList.COMMON, A, B, C, A);
        assertThat(backend.failures()
                        .edit(
                                FailureList.COMMON,
                                List.of(
                                        new FailureEdit(0, A, null, null),
                                        new FailureEdit(1, B, D, null),
                                        new FailureEdit(3, A, null, null))))
                .as("indexes are those before the call, so all three edits must be made")
                .containsExactly(true, true, true);
        assertThatPayloads(failed())
                .as("the first and fourth records must be removed, and the second replaced")
                .containsExactly(D, C);
    }

    @Test
    @WireRule("W-304")
    void anEditLeavesEmptyRecordsOfRubyAlone() {
        add(FailureList.COMMON, A, Payload.ofText(""), B);
        assertThat(backend.failures().edit(FailureList.COMMON, List.of(new FailureEdit(0, A, null, null))))
                .containsExactly(true);
        assertThatPayloads(failed())
                .as("Ruby is removing the empty record; an edit must not remove it")
                .containsExactly(Payload.ofText(""), B);
    }

    @Test
    @WireRule("W-305")
    void anEditPushesAlongWithIt() {
        add(OF_HIGH, A, B);
        assertThat(backend.failures()
                        .edit(
                                OF_HIGH,
                                List.of(new FailureEdit(1, B, C, new Push("again", List.of(JOB, OTHER), List.of())))))
                .containsExactly(true);
        assertThatPayloads(judge.failures(OF_HIGH)).containsExactly(A, C);
        assertThatPayloads(queue("again"))
                .as("the push of an edit must be made with the edit")
                .containsExactly(JOB, OTHER);
        assertThat(judge.queues()).as("the push must announce its queue").containsExactly("again");
    }

    @Test
    @WireRule("W-310")
    void whatWasSetAsideGoesBackWithAnEditOrIsRemoved() {
        WorkerSession session = register();
        List<Payload> whole = List.of(large(20_000), Payload.ofText("x".repeat(20_000)));
        List<String> names = new ArrayList<>();
        for (Payload payload : whole) {
            push("high", payload);
            ReservedJob job = job(session.reserve(small("high")));
            names.add(keptAs(job.payload(), payload));
            assertThat(session.settle(done(job))).isTrue();
        }
        add(FailureList.COMMON, A, B, C);
        for (int i = 0; i < 2; i++) {
            FailureEdit moved = aside(i, D, D, names.get(i), "again");
            assertThat(backend.failures().edit(FailureList.COMMON, List.of(moved)))
                    .containsExactly(false);
        }
        assertThat(backend.failures().edit(FailureList.COMMON, List.of(aside(0, A, D, names.get(0), "again"))))
                .containsExactly(true);
        assertThatPayloads(queue("again"))
                .as("the queue must get all bytes of the payload")
                .containsExactly(whole.get(0));
        assertThat(judge.queues()).contains("again");
        assertThat(backend.failures().isAside(names.get(0))).isFalse();
        Map<String, Object> before = everything();
        assertThat(backend.failures().edit(FailureList.COMMON, List.of(aside(0, D, null, names.get(0), "again"))))
                .as("the payload is no longer set aside, so the edit must not be made")
                .containsExactly(false);
        assertThat(everything()).isEqualTo(before);

        assertThat(backend.failures().edit(FailureList.COMMON, List.of(aside(1, B, null, names.get(1), null))))
                .containsExactly(true);
        assertThatPayloads(failed()).containsExactly(D, C);
        assertThat(backend.failures().aside())
                .as("a removed payload must no longer be set aside")
                .isZero();
        assertThat(backend.failures().edit(FailureList.COMMON, List.of(aside(1, C, null, names.get(1), null))))
                .as("a record must be removed even if its payload is gone already")
                .containsExactly(true);
    }

    private static FailureEdit aside(
            long index, Payload expected, @Nullable Payload replacement, String name, @Nullable String queue) {
        return new FailureEdit(index, expected, replacement, null, new FailureEdit.Aside(name, queue));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-311")
    void recordsAreReadInBoundedMemory() {
        List<Payload> records =
                IntStream.range(0, 100).mapToObj(i -> record("n".repeat(i))).toList();
        Payload large = large(2_000_000);
        add(FailureList.COMMON, records.toArray(Payload[]::new));
        add(FailureList.COMMON, large, A);
        long bytes = records.stream().limit(50).mapToLong(Payload::size).sum();
        assertThat(backend.failures().range(FailureList.COMMON, 0, 1_000, bytes))
                .isEqualTo(records.subList(0, 50));
        assertThat(backend.failures().range(FailureList.COMMON, 0, 30, bytes)).isEqualTo(records.subList(0, 30));
        assertThat(backend.failures().range(FailureList.COMMON, 90, 1_000, 1_000_000))
                .as("range must end before a record that is too large")
                .isEqualTo(records.subList(90, 100));
        List<Payload> standIn = backend.failures().range(FailureList.COMMON, 100, 1_000, 1_000_000);
        assertThat(standIn).hasSize(1);
        assertThat(standIn.get(0).text())
                .as("a record that alone is too large must be replaced by a small one")
                .startsWith("{\"payload\":{\"class\":\"OversizePayload\",\"args\":[],\"size\":" + large.size()
                        + ",\"head\":")
                .hasSizeLessThan(10_000);
        assertThat(backend.failures()
                        .edit(FailureList.COMMON, List.of(new FailureEdit(100, standIn.get(0), null, null))))
                .as("edit must accept the small record as the expected one")
                .containsExactly(true);
        assertThat(backend.failures().count(FailureList.COMMON)).isEqualTo(101);
        assertThat(backend.failures().range(FailureList.COMMON, 101, 10, 1_000)).isEmpty();
    }

    @Test
    @WireRule("W-306")
    void aRecordThatMovedOrChangedIsNotEdited() {
        add(FailureList.COMMON, A, B, C);
        backend.failures().trim(FailureList.COMMON, 2);
        Map<String, Object> before = everything();
        Push push = new Push("again", List.of(JOB), List.of());
        assertThat(backend.failures()
                        .edit(
                                FailureList.COMMON,
                                List.of(
                                        new FailureEdit(0, A, D, push),
                                        new FailureEdit(1, B, null, push),
                                        new FailureEdit(2, C, null, null),
                                        new FailureEdit(99, C, D, null))))
                .as("no record is at its index any more, so no edit must be made")
                .containsExactly(false, false, false, false);
        assertThat(everything())
                .as("an edit that is not made must push nothing")
                .isEqualTo(before);
        assertThat(backend.failures().edit(OF_HIGH, List.of(new FailureEdit(0, A, D, null))))
                .containsExactly(false);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-305")
    void anEditWhosePushCannotBeMadeChangesNothing() {
        add(FailureList.COMMON, A);
        redis.call("SET", key("queue:again"), "not a list");
        Map<String, Object> before = everything();
        FailureEdit edit = new FailureEdit(0, A, null, new Push("again", List.of(JOB), List.of()));
        assertThatThrownBy(
                        () -> backend.failures().edit(FailureList.COMMON, List.of(edit)),
                        "edit must throw a BackendException if Redis answers with an error")
                .isInstanceOf(BackendException.class);
        assertThat(everything())
                .as("the push failed, so the record must still be there")
                .isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-305")
    void anEditWhosePushCannotBeAnnouncedChangesNothing() {
        add(FailureList.COMMON, A);
        redis.call("SET", key("queues"), "not a set");
        Map<String, Object> before = everything();
        FailureEdit edit = new FailureEdit(0, A, null, new Push("again", List.of(JOB), List.of()));
        assertThatThrownBy(
                        () -> backend.failures().edit(FailureList.COMMON, List.of(edit)),
                        "edit must throw a BackendException if Redis answers with an error")
                .isInstanceOf(BackendException.class);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-305")
    void anEditThatTheServerRefusesNeitherLosesNorDoublesItsJob() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            backend = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            boolean asks = client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1;
            // Before Redis 7 a script cannot ask for its rights.
            for (String right : asks ? List.of("-sadd", "-rpush", "-lset", "-lrem") : List.of("-sadd", "-rpush")) {
                refusesAnEdit(client, right);
            }
        }
    }

    private void refusesAnEdit(RespClient client, String change) {
        client.call("FLUSHALL");
        add(FailureList.COMMON, A, B);
        client.call("ACL", "SETUSER", "app", change);
        List<FailureEdit> edits = List.of(
                new FailureEdit(0, A, null, new Push("again", List.of(JOB), List.of())),
                new FailureEdit(1, B, null, new Push("other", List.of(JOB), List.of())));
        assertThatThrownBy(
                        () -> backend.failures().edit(FailureList.COMMON, edits),
                        "the server refuses it (" + change + "), so edit must throw a BackendException")
                .isInstanceOf(BackendException.class);
        assertThat(client.texts("LRANGE", key("failed"), 0, -1))
                .as("%s: the records must stay as they were", change)
                .containsExactly(A.text(), B.text());
        assertThat(client.texts("LRANGE", key("queue:again"), 0, -1))
                .as("%s: the edit must push nothing", change)
                .isEmpty();
        client.call("ACL", "SETUSER", "app", "+@all");
    }

    @Test
    @WireRule("W-307")
    void trimRemovesTheOldest() {
        List<Payload> all =
                IntStream.range(0, 10).mapToObj(i -> record("n" + i)).toList();
        add(FailureList.COMMON, all.toArray(Payload[]::new));
        isRefused("trim(COMMON, -1)", () -> backend.failures().trim(FailureList.COMMON, -1));
        assertThat(backend.failures().trim(FailureList.COMMON, Long.MAX_VALUE)).isZero();
        assertThat(backend.failures().trim(FailureList.COMMON, 4)).isEqualTo(6);
        assertThatPayloads(failed()).as("trim must keep the newest records").isEqualTo(all.subList(6, 10));
        assertThat(backend.failures().trim(FailureList.COMMON, 4)).isZero();
        assertThat(backend.failures().trim(FailureList.COMMON, 0)).isEqualTo(4);
        assertThat(everything()).isEmpty();
        assertThat(backend.failures().trim(OF_HIGH, 1)).isZero();
    }

    @Test
    @WireRule("W-308")
    void clearRemovesOneListOnly() {
        add(FailureList.COMMON, A, B);
        add(OF_HIGH, C);
        assertThat(backend.failures().clear(FailureList.COMMON)).isEqualTo(2);
        assertThatPayloads(failed())
                .as("clear must remove all records of its list")
                .isEmpty();
        assertThatPayloads(judge.failures(OF_HIGH))
                .as("clear must not remove records of another list")
                .containsExactly(C);
        onKeys(() -> assertThat(everything()).containsOnlyKeys(key("high_failed"), key("failed_queues")));
        assertThat(backend.failures().clear(OF_HIGH)).isOne();
        assertThat(everything())
                .as("clear must also remove the announcement of a queue's list")
                .isEmpty();
        assertThat(backend.failures().clear(OF_HIGH)).isZero();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-309")
    void recordsAreAddedTogetherOrNotAtAll() {
        redis.call("SET", key("failed"), "not a list");
        assertThatThrownBy(
                        () -> backend.failures()
                                .add(List.of(new FailureEntry(OF_HIGH, A), new FailureEntry(FailureList.COMMON, B))),
                        "add must throw a BackendException if one of the lists cannot be written")
                .isInstanceOf(BackendException.class);
        assertThat(everything())
                .as("one of the lists cannot be written, so no list must be written")
                .containsOnlyKeys(key("failed"));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-309")
    void recordsWhoseListCannotBeNamedAreNotAdded() {
        redis.call("SET", key("failed_queues"), "not a set");
        assertThatThrownBy(
                        () -> backend.failures()
                                .add(List.of(new FailureEntry(FailureList.COMMON, A), new FailureEntry(OF_HIGH, B))),
                        "add must throw a BackendException if a list cannot be announced")
                .isInstanceOf(BackendException.class);
        assertThat(everything()).containsOnlyKeys(key("failed_queues"));
    }
}
