package io.resque.core.internal.failure;

import io.resque.api.FailedJob;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.FailureReader;
import io.resque.core.internal.wire.OversizePayload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Changes failure records, also if they have moved since they were seen. Thread-safe. */
final class FailureEditor {
    /** How often to look for a record that moves while it is being changed. */
    private static final int ATTEMPTS = 20;

    private static final int CHUNK_BYTES = 1 << 20;

    private final Failures failures;
    private final FailureRecords records;
    private final FailureReader reader;

    FailureEditor(Failures failures, FailureRecords records, FailureReader reader) {
        this.failures = failures;
        this.records = records;
        this.reader = reader;
    }

    /** Removes the oldest records, and payloads that were set aside for them. Returns how many records it removed. */
    long trim(FailureList list, long keep) {
        if (failures.aside() == 0) {
            return failures.trim(list, keep);
        }
        long surplus = failures.count(list) - keep;
        if (surplus <= 0) {
            return 0;
        }
        long removed = removeOversize(list, surplus);
        // A record that was added since stays: it is not known whether a payload was set aside for it.
        return removed + failures.trim(list, Math.max(keep, failures.count(list) - (surplus - removed)));
    }

    private long removeOversize(FailureList list, long oldest) {
        FailurePager pager = new FailurePager(records, reader, list, false, oldest, FailurePager.PAGE);
        long removed = 0;
        for (List<FailedJob> page = pager.next(); !page.isEmpty(); page = pager.next()) {
            long made = apply(
                    list,
                    removals(list, page).stream()
                            .filter(edit -> edit.aside() != null)
                            .toList());
            pager.removed(made);
            removed += made;
        }
        return removed;
    }

    /** The removals of records. A payload that was set aside for one goes with it, unless a record that stays names it, too. */
    List<FailureEdit> removals(FailureList list, List<FailedJob> chosen) {
        Map<Payload, String> aside = new HashMap<>();
        Set<FailureList> lists = new LinkedHashSet<>(List.of(list, FailureList.COMMON));
        for (FailedJob failure : chosen) {
            Payload raw = Payload.of(failure.raw());
            OversizePayload oversize = failure.jobClass().equals(OversizePayload.CLASS)
                    ? OversizePayload.of(reader.tree(raw).get("payload"))
                    : null;
            if (oversize != null && oversize.keptAs() != null) {
                aside.put(raw, oversize.keptAs());
                lists.add(new FailureList(failure.queue()));
            }
        }
        if (!aside.isEmpty()) {
            Set<String> needed = new HashSet<>();
            for (FailureList each : lists) {
                needed.addAll(asideFor(each, each.equals(list) ? aside.keySet() : Set.of()));
            }
            aside.values().removeAll(needed);
        }
        return chosen.stream()
                .map(failure -> {
                    Payload raw = Payload.of(failure.raw());
                    String name = aside.get(raw);
                    return new FailureEdit(
                            failure.index(), raw, null, null, name == null ? null : new FailureEdit.Aside(name, null));
                })
                .toList();
    }

    /**
     * The payloads that were set aside for the records of a list, except some. From the newest down, since records only move to the
     * head.
     */
    private Set<String> asideFor(FailureList list, Set<Payload> but) {
        Set<String> names = new HashSet<>();
        for (long end = records.count(list); end > 0; ) {
            FailureRecords.Page page = records.before(list, end, FailurePager.PAGE);
            for (Payload record : page.records()) {
                if (!but.contains(record)) {
                    names.addAll(OversizePayload.namesIn(record.text()));
                }
            }
            end = page.start();
        }
        return names;
    }

    /** Makes edits of one list, in their order; returns how many were made. */
    long apply(FailureList list, List<FailureEdit> edits) {
        long made = 0;
        for (int from = 0; from < edits.size(); ) {
            int to = from;
            for (long bytes = 0; to < edits.size() && to - from < FailurePager.PAGE && bytes < CHUNK_BYTES; to++) {
                bytes += edits.get(to).aside() == null ? 0 : CHUNK_BYTES; // a payload that was set aside is large
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
        // A record without an index, as a sink gets it, must be looked for first.
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
        return new FailureSearch(reader, edits).in(records, list);
    }
}
