package io.resque.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.JobState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The methods that a store inherits if it has no better ones. */
class StatusStoreTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final Map<String, StatusRecord> records = new HashMap<>();
    private final StatusStore store = new Store();
    private boolean isFull;

    private final class Store implements StatusStore {
        @Override
        public boolean write(StatusChange change) {
            if (isFull) {
                return false;
            }
            records.put(change.token(), new StatusRecord(change.state(), NOON, null, null));
            return true;
        }

        @Override
        public Optional<StatusRecord> find(String token) {
            return Optional.ofNullable(records.get(token));
        }

        @Override
        public boolean remove(String token) {
            return !isFull && records.remove(token) != null;
        }

        @Override
        public void close() {}
    }

    private static StatusChange change(String token, JobState state) {
        return new StatusChange(token, state, null, null);
    }

    private static StatusEnd end(String token) {
        return new StatusEnd(change(token, JobState.FAILED), NOON);
    }

    @Test
    void anEndIsWrittenIntoARecordThatHasNone() {
        store.write(change("running", JobState.RUNNING));
        records.put("ended", new StatusRecord(JobState.COMPLETE, NOON, null, null));
        records.put("older", new StatusRecord(JobState.COMPLETE, NOON.minusSeconds(1), null, null));
        assertThat(store.endAgain(List.of(end("running"), end("ended"), end("older"), end("gone"))))
                .containsExactly(true, true, false, false);
        assertThat(records.get("running").state()).isEqualTo(JobState.FAILED);
        assertThat(records.get("ended").state()).isEqualTo(JobState.COMPLETE);
        assertThat(records).doesNotContainKey("gone");
        store.write(change("refused", JobState.RUNNING));
        isFull = true;
        assertThat(store.endAgain(List.of(end("refused")))).containsExactly(false);
    }

    @Test
    void aNewStatusTakesNoOthersPlace() {
        assertThat(store.writeNew(change("t", JobState.WAITING))).isTrue();
        assertThat(store.writeNew(change("t", JobState.RUNNING))).isFalse();
        assertThat(records.get("t").state()).isEqualTo(JobState.WAITING);
        isFull = true;
        assertThat(store.writeNew(change("u", JobState.WAITING))).isFalse();
    }

    @Test
    void onlyRecordsThatHaveNotChangedAreRemoved() {
        store.write(change("same", JobState.WAITING));
        store.write(change("changed", JobState.WAITING));
        Map<String, StatusRecord> seen = Map.copyOf(records);
        store.write(change("changed", JobState.RUNNING));
        assertThat(store.removeUnchanged(seen)).containsExactly("same");
        assertThat(records).containsOnlyKeys("changed");
        isFull = true;
        assertThat(store.removeUnchanged(Map.copyOf(records))).isEmpty();
    }

    @Test
    void aStoreThatCannotGoThroughItsStatusesSaysSo() {
        assertThatThrownBy(() -> store.unended(""))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(Store.class.getName() + " cannot go through its statuses");
    }
}
