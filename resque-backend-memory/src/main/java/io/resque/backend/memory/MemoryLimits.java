package io.resque.backend.memory;

import io.resque.api.LimitUse;
import io.resque.api.spi.Limits;
import java.util.ArrayList;
import java.util.List;

final class MemoryLimits implements Limits {
    private final MemoryOpening opening;

    MemoryLimits(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public boolean sendBack() {
        return opening.change(namespace -> {
            namespace.limits.values().forEach(slots -> slots.sendBack(namespace));
            namespace.limits.values().removeIf(LimitSlots::isUnused);
            return namespace.limits.values().stream().anyMatch(slots -> !slots.waiting.isEmpty());
        });
    }

    @Override
    public List<LimitUse> used(int count) {
        return opening.call(namespace -> namespace.limits.entrySet().stream()
                .filter(limit -> !limit.getValue().waiting.isEmpty())
                .limit(count)
                .map(limit -> limit.getValue().use(limit.getKey()))
                .toList());
    }

    @Override
    public List<WaitingJob> range(String limit, long start, long count, long maxBytes) {
        if (start < 0 || count < 0) {
            throw new IllegalArgumentException("start and count must not be negative, were " + start + ", " + count);
        }
        return opening.call(namespace ->
                namespace.slots(limit).waiting.stream().skip(start).limit(count).toList());
    }

    @Override
    public List<Long> removeAll(String limit, List<WaitingJob> jobs) {
        return opening.call(namespace -> {
            List<Long> removed = new ArrayList<>();
            for (WaitingJob job : jobs) {
                long before = namespace.slots(limit).waiting.size();
                namespace.slots(limit).waiting.removeIf(job::equals);
                long gone = before - namespace.slots(limit).waiting.size();
                if (gone > 0) {
                    namespace.locks.release(List.of(job.payload()));
                }
                removed.add(gone);
            }
            return removed;
        });
    }
}
