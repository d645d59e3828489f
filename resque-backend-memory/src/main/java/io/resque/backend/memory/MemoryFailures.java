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
    private final MemoryBackend backend;

    MemoryFailures(MemoryBackend backend) {
        this.backend = backend;
    }

    @Override
    public List<FailureList> lists() {
        return backend.call(space -> {
            List<FailureList> lists = new ArrayList<>();
            lists.add(FailureList.COMMON);
            space.failureLists.forEach(queue -> lists.add(new FailureList(queue)));
            return lists;
        });
    }

    @Override
    public long count(FailureList list) {
        return backend.call(space -> (long) space.failures(list).size());
    }

    @Override
    public List<Payload> range(FailureList list, long start, long count) {
        return backend.call(space -> MemoryQueues.range(space.failures(list), start, count));
    }

    @Override
    public long aside() {
        return backend.call(space -> (long) space.oversize.size());
    }

    @Override
    public boolean isAside(String name) {
        return backend.call(space -> space.oversize.containsKey(name));
    }

    @Override
    public void add(List<FailureEntry> entries) {
        backend.call(space -> {
            space.addFailures(entries);
            return null;
        });
    }

    @Override
    public List<Boolean> edit(FailureList list, List<FailureEdit> edits) {
        return backend.change(space -> {
            List<Payload> records = space.failures(list);
            List<@Nullable Payload> edited = new ArrayList<>(records);
            List<Boolean> made = new ArrayList<>();
            for (FailureEdit edit : edits) {
                FailureEdit.Aside aside = edit.aside();
                boolean stands = edit.index() >= 0
                        && edit.index() < records.size()
                        && records.get((int) edit.index()).equals(edit.expected())
                        && (aside == null || aside.queue() == null || space.oversize.containsKey(aside.name()));
                made.add(stands);
                if (stands) {
                    edited.set((int) edit.index(), edit.replacement());
                    if (edit.push() != null) {
                        space.append(edit.push().queue(), edit.push().payloads());
                    }
                    Payload kept = aside == null ? null : space.oversize.remove(aside.name());
                    if (kept != null && aside.queue() != null) {
                        space.append(aside.queue(), List.of(kept));
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
        return backend.call(space -> {
            List<Payload> records = space.failures(list);
            int surplus = (int) Math.max(0, records.size() - keep);
            records.subList(0, surplus).clear();
            return (long) surplus;
        });
    }

    @Override
    public long clear(FailureList list) {
        return backend.call(space -> {
            long removed = space.failures(list).size();
            space.removeFailures(list);
            return removed;
        });
    }
}
