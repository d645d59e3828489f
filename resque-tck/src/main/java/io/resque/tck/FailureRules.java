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

/** The failure lists. */
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
        assertThatPayloads(failed()).as("records are appended").containsExactly(A, B, C);
        assertThat(judge.failureLists())
                .as("the common list is announced nowhere")
                .isEmpty();
        onKeys(() -> assertThat(everything())
                .as("records are appended to 'failed', which is announced nowhere")
                .isEqualTo(Map.of(key("failed"), List.of(A.text(), B.text(), C.text()))));
    }

    @Test
    @WireRule("W-302")
    void theListOfAQueueIsAnnounced() {
        backend.failures().add(List.of(new FailureEntry(OF_HIGH, A), new FailureEntry(FailureList.COMMON, B)));
        assertThatPayloads(judge.failures(OF_HIGH))
                .as("the list of a queue is its own")
                .containsExactly(A);
        assertThatPayloads(failed()).containsExactly(B);
        assertThat(judge.failureLists())
                .as("and is announced, so that lists() gives it")
                .containsExactly("high_failed");
        onKeys(() -> assertThat(everything())
                .as("the list of a queue is '<queue>_failed', and that name stands in 'failed_queues'")
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
        assertThat(backend.failures().lists())
                .as("lists() gives the common list first, then those of queues, by the names of the queues")
                .startsWith(FailureList.COMMON)
                .containsExactlyInAnyOrder(FailureList.COMMON, OF_HIGH, new FailureList("mail out"));
    }

    @Test
    @WireRule("W-303")
    void countAndRangeGoFromTheOldest() {
        assertThat(backend.failures().count(FailureList.COMMON)).isZero();
        add(FailureList.COMMON, A, B, C);
        assertThat(backend.failures().count(FailureList.COMMON)).isEqualTo(3);
        assertThatPayloads(backend.failures().range(FailureList.COMMON, 1, 1)).containsExactly(B);
        assertThatPayloads(backend.failures().range(FailureList.COMMON, 1, 100)).containsExactly(B, C);
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
                .as("indexes are those before the call, so all three records still stand where they were seen")
                .containsExactly(true, true, true);
        assertThatPayloads(failed())
                .as("what the edits leave: the first record removed, the second replaced, the fourth removed")
                .containsExactly(D, C);
    }

    @Test
    @WireRule("W-304")
    void anEditLeavesEmptyRecordsOfRubyAlone() {
        add(FailureList.COMMON, A, Payload.ofText(""), B);
        assertThat(backend.failures().edit(FailureList.COMMON, List.of(new FailureEdit(0, A, null, null))))
                .containsExactly(true);
        assertThatPayloads(failed())
                .as("an empty record is Ruby's, in the middle of removing one; it is not ours to remove")
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
                .as("the push of an edit that is made must be made with it")
                .containsExactly(JOB, OTHER);
        assertThat(judge.queues()).as("a push announces its queue").containsExactly("again");
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
                .as("the bytes, whole, are on the queue")
                .containsExactly(whole.get(0));
        assertThat(judge.queues()).contains("again");
        assertThat(backend.failures().isAside(names.get(0))).isFalse();
        Map<String, Object> before = everything();
        assertThat(backend.failures().edit(FailureList.COMMON, List.of(aside(0, D, null, names.get(0), "again"))))
                .as("nothing is set aside under this name any more")
                .containsExactly(false);
        assertThat(everything()).isEqualTo(before);

        assertThat(backend.failures().edit(FailureList.COMMON, List.of(aside(1, B, null, names.get(1), null))))
                .containsExactly(true);
        assertThatPayloads(failed()).containsExactly(D, C);
        assertThat(backend.failures().aside()).as("what was removed is gone").isZero();
        assertThat(backend.failures().edit(FailureList.COMMON, List.of(aside(1, C, null, names.get(1), null))))
                .as("a record goes though there is nothing left to go with it")
                .containsExactly(true);
    }

    private static FailureEdit aside(
            long index, Payload expected, @Nullable Payload replacement, String name, @Nullable String queue) {
        return new FailureEdit(index, expected, replacement, null, new FailureEdit.Aside(name, queue));
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
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
                .as("up to one that is too large")
                .isEqualTo(records.subList(90, 100));
        List<Payload> standIn = backend.failures().range(FailureList.COMMON, 100, 1_000, 1_000_000);
        assertThat(standIn).hasSize(1);
        assertThat(standIn.get(0).text())
                .as("what is too large by itself is not given")
                .startsWith("{\"payload\":{\"class\":\"OversizePayload\",\"args\":[],\"size\":" + large.size()
                        + ",\"head\":")
                .hasSizeLessThan(10_000);
        assertThat(backend.failures()
                        .edit(FailureList.COMMON, List.of(new FailureEdit(100, standIn.get(0), null, null))))
                .as("and is edited by what stands in for it")
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
                .as("none of the records stands at its index any more")
                .containsExactly(false, false, false, false);
        assertThat(everything())
                .as("an edit that is not made pushes nothing either")
                .isEqualTo(before);
        assertThat(backend.failures().edit(OF_HIGH, List.of(new FailureEdit(0, A, D, null))))
                .containsExactly(false);
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-305")
    void anEditWhosePushCannotBeMadeChangesNothing() {
        add(FailureList.COMMON, A);
        redis.call("SET", key("queue:again"), "not a list");
        Map<String, Object> before = everything();
        FailureEdit edit = new FailureEdit(0, A, null, new Push("again", List.of(JOB), List.of()));
        assertThatThrownBy(
                        () -> backend.failures().edit(FailureList.COMMON, List.of(edit)),
                        "edit must throw a BackendException where Redis answers with an error")
                .isInstanceOf(BackendException.class);
        assertThat(everything())
                .as("record and push go together: the record must still be there")
                .isEqualTo(before);
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-305")
    void anEditWhosePushCannotBeAnnouncedChangesNothing() {
        add(FailureList.COMMON, A);
        redis.call("SET", key("queues"), "not a set");
        Map<String, Object> before = everything();
        FailureEdit edit = new FailureEdit(0, A, null, new Push("again", List.of(JOB), List.of()));
        assertThatThrownBy(
                        () -> backend.failures().edit(FailureList.COMMON, List.of(edit)),
                        "edit must throw a BackendException where Redis answers with an error")
                .isInstanceOf(BackendException.class);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    @WireRule("W-307")
    void trimRemovesTheOldest() {
        List<Payload> all =
                IntStream.range(0, 10).mapToObj(i -> record("n" + i)).toList();
        add(FailureList.COMMON, all.toArray(Payload[]::new));
        assertThat(backend.failures().trim(FailureList.COMMON, 4)).isEqualTo(6);
        assertThatPayloads(failed()).as("the newest stay").isEqualTo(all.subList(6, 10));
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
        assertThatPayloads(failed()).as("clear removes all records of its list").isEmpty();
        assertThatPayloads(judge.failures(OF_HIGH)).as("and none of another").containsExactly(C);
        onKeys(() -> assertThat(everything()).containsOnlyKeys(key("high_failed"), key("failed_queues")));
        assertThat(backend.failures().clear(OF_HIGH)).isOne();
        assertThat(everything()).as("the list of a queue goes with its name").isEmpty();
        assertThat(backend.failures().clear(OF_HIGH)).isZero();
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-309")
    void recordsAreAddedTogetherOrNotAtAll() {
        redis.call("SET", key("failed"), "not a list");
        assertThatThrownBy(
                        () -> backend.failures()
                                .add(List.of(new FailureEntry(OF_HIGH, A), new FailureEntry(FailureList.COMMON, B))),
                        "add must throw a BackendException where one of the lists cannot be written")
                .isInstanceOf(BackendException.class);
        assertThat(everything())
                .as("one of the lists cannot be written, so none may be")
                .containsOnlyKeys(key("failed"));
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-309")
    void recordsWhoseListCannotBeNamedAreNotAdded() {
        redis.call("SET", key("failed_queues"), "not a set");
        assertThatThrownBy(
                        () -> backend.failures()
                                .add(List.of(new FailureEntry(FailureList.COMMON, A), new FailureEntry(OF_HIGH, B))),
                        "add must throw a BackendException where the name of a list cannot be written")
                .isInstanceOf(BackendException.class);
        assertThat(everything()).containsOnlyKeys(key("failed_queues"));
    }
}
