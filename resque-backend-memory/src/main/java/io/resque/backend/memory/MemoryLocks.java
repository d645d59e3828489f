package io.resque.backend.memory;

import io.resque.api.spi.HeldLock;
import io.resque.api.spi.LockedPush;
import io.resque.api.spi.Locks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

final class MemoryLocks implements Locks {
    private final MemoryOpening opening;

    MemoryLocks(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public LockedPush.Answer push(LockedPush push) {
        return opening.change(namespace -> {
            Set<String> taken = new HashSet<>();
            List<LockRecords.Push> answers = new ArrayList<>();
            for (LockedPush.Entry entry : push.entries()) {
                answers.add(
                        entry.claim() == null
                                ? LockRecords.Push.WRITTEN
                                : namespace.locks.push(
                                        entry.claim(), entry.second(), taken, namespace.queue(push.queue())));
            }
            for (int i = 0; push.onlyNew() && i < push.statuses().size(); i++) {
                if (answers.get(i) == LockRecords.Push.WRITTEN) {
                    MemoryQueues.refuseIfTaken(namespace, push.statuses().get(i).token());
                }
            }
            long now = namespace.now().getEpochSecond();
            for (int i = 0; i < answers.size(); i++) {
                if (answers.get(i) == LockRecords.Push.WRITTEN) {
                    write(namespace, push, i, now);
                }
            }
            return new LockedPush.Answer(
                    now,
                    answers.stream()
                            .map(answer -> answer != LockRecords.Push.REFUSED)
                            .toList());
        });
    }

    private static void write(Namespace namespace, LockedPush push, int i, long now) {
        LockedPush.Entry entry = push.entries().get(i);
        if (entry.item() == null || entry.second() <= now) {
            namespace.append(push.queue(), List.of(entry.payload()));
        } else {
            namespace.delayed.add(entry.second(), entry.item());
        }
        if (entry.claim() != null) {
            namespace.locks.take(entry.claim(), entry.second());
        }
        if (!push.statuses().isEmpty()) {
            namespace.statuses.write(push.statuses().get(i));
        }
    }

    @Override
    public Page page(String from) {
        return opening.call(namespace -> new Page(namespace.locks.all(), null));
    }

    @Override
    public boolean free(HeldLock lock) {
        return opening.call(namespace -> namespace.locks.free(lock));
    }
}
