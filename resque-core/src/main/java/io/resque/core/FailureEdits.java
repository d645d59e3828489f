package io.resque.core;

import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import java.util.ArrayList;
import java.util.List;

/** Makes edits of failure records, also of those that have moved since they were seen. Thread-safe. */
final class FailureEdits {
    /** How often to look for a record that moves under our hands. */
    private static final int ATTEMPTS = 20;

    private static final int CHUNK_BYTES = 1 << 20;

    private final Failures failures;
    private final FailureReader reader;

    FailureEdits(Failures failures, FailureReader reader) {
        this.failures = failures;
        this.reader = reader;
    }

    /** Makes edits of one list, in their order; tells how many were made. */
    long apply(FailureList list, List<FailureEdit> edits) {
        long made = 0;
        for (int from = 0; from < edits.size(); ) {
            int to = from;
            for (long bytes = 0; to < edits.size() && to - from < FailurePager.PAGE && bytes < CHUNK_BYTES; to++) {
                Payload replacement = edits.get(to).replacement();
                bytes += (replacement == null ? 0 : replacement.size())
                        + (edits.get(to).push() == null
                                ? 0
                                : edits.get(to).expected().size());
            }
            made += applyChunk(list, edits.subList(from, to));
            from = to;
        }
        return made;
    }

    private long applyChunk(FailureList list, List<FailureEdit> edits) {
        long made = 0;
        // One without an index, as a sink has it, must be looked for first.
        boolean seen = edits.stream().allMatch(edit -> edit.index() >= 0);
        List<FailureEdit> open = seen ? edits : search(list, edits);
        for (int attempt = 1; !open.isEmpty(); attempt++) {
            List<Boolean> answers = failures.edit(list, open);
            List<FailureEdit> moved = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i)) {
                    made++;
                } else {
                    moved.add(open.get(i));
                }
            }
            open = moved.isEmpty() || attempt == ATTEMPTS ? List.of() : search(list, moved);
        }
        return made;
    }

    private List<FailureEdit> search(FailureList list, List<FailureEdit> edits) {
        return new FailureSearch(reader, edits).in(failures, list);
    }
}
