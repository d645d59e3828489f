package io.resque.backend.memory;

import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

final class MemoryFailures implements Failures {
    private final MemoryOpening opening;

    MemoryFailures(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public List<FailureList> lists() {
        return opening.call(namespace -> {
            List<FailureList> lists = new ArrayList<>();
            lists.add(FailureList.COMMON);
            namespace.failureLists.forEach(queue -> lists.add(new FailureList(queue)));
            return lists;
        });
    }

    @Override
    public long count(FailureList list) {
        return opening.call(namespace -> (long) namespace.failures(list).size());
    }

    @Override
    public List<Payload> range(FailureList list, long start, long count) {
        return opening.call(namespace -> MemoryQueues.range(namespace.failures(list), start, count));
    }

    @Override
    public long aside() {
        return opening.call(namespace -> (long) namespace.oversize.size());
    }

    @Override
    public boolean isAside(String name) {
        return opening.call(namespace -> namespace.oversize.containsKey(name));
    }

    @Override
    public void add(List<FailureEntry> entries) {
        opening.call(namespace -> {
            entries.forEach(namespace::addFailure);
            return null;
        });
    }

    @Override
    public List<Boolean> edit(FailureList list, List<FailureEdit> edits) {
        return opening.change(namespace -> {
            List<Payload> records = namespace.failures(list);
            List<@Nullable Payload> edited = new ArrayList<>(records);
            List<Boolean> made = new ArrayList<>();
            for (FailureEdit edit : edits) {
                FailureEdit.Aside aside = edit.aside();
                boolean stands = edit.index() >= 0
                        && edit.index() < records.size()
                        && records.get((int) edit.index()).equals(edit.expected())
                        && (aside == null || aside.queue() == null || namespace.oversize.containsKey(aside.name()));
                made.add(stands);
                if (stands) {
                    edited.set((int) edit.index(), edit.replacement());
                    if (edit.push() != null) {
                        namespace.append(edit.push().queue(), edit.push().payloads());
                    }
                    Payload kept = aside == null ? null : namespace.oversize.remove(aside.name());
                    if (kept != null && aside.queue() != null) {
                        namespace.append(aside.queue(), List.of(kept));
                    }
                }
            }
            records.clear();
            edited.stream().filter(Objects::nonNull).forEach(records::add);
            return made;
        });
    }

    @Override
    public long trim(FailureList list, long keep) {
        if (keep < 0) {
            throw new IllegalArgumentException("keep must not be negative, was " + keep);
        }
        return opening.call(namespace -> {
            List<Payload> records = namespace.failures(list);
            int surplus = (int) Math.max(0, records.size() - keep);
            records.subList(0, surplus).clear();
            return (long) surplus;
        });
    }

    @Override
    public long clear(FailureList list) {
        return opening.call(namespace -> {
            long removed = namespace.failures(list).size();
            namespace.removeFailures(list);
            return removed;
        });
    }
}
