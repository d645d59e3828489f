package io.resque.core.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.ManyWorkersTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How threads come by loops. That of a real worker no job is kept waiting, {@link ManyWorkersTest} shows. */
@Timeout(30)
class ReadyLoopsTest {
    private final ReadyLoops<Object> loops = new ReadyLoops<>(20);

    private static List<Object> loops(int count) {
        return Stream.generate(Object::new).limit(count).toList();
    }

    private static void awaitParked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theyComeInOrder() {
        List<Object> made = loops(3);
        made.forEach(loops::add);
        ReadyLoops.Seat seat = new ReadyLoops.Seat();
        assertThat(List.of(loops.take(seat), loops.take(seat), loops.take(seat)))
                .isEqualTo(made);
    }

    @Test
    void eachGetsAThreadWhereNoneComesBack() throws Exception {
        Set<Object> taken = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(20);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Thread thread = new Thread(() -> {
                taken.add(loops.take(new ReadyLoops.Seat()));
                all.countDown();
                awaitAll(all);
            });
            thread.start();
            threads.add(thread);
        }
        threads.forEach(ReadyLoopsTest::awaitParked);
        loops(20).forEach(loops::add);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken).hasSize(20);
    }

    private static void awaitAll(CountDownLatch all) {
        try {
            all.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void noneIsForgottenWhileThreadsComeAndGo() throws Exception {
        int passes = 200_000;
        List<Object> made = loops(16);
        AtomicInteger left = new AtomicInteger(passes);
        BlockingQueue<Object> under = new LinkedBlockingQueue<>(); // as if each were in Redis for a moment
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            threads.add(new Thread(() -> {
                ReadyLoops.Seat seat = new ReadyLoops.Seat();
                while (left.decrementAndGet() >= 0) {
                    under.add(loops.take(seat));
                }
            }));
        }
        Thread redis = new Thread(() -> {
            try {
                for (Object next = under.take(); left.get() > -16; next = under.take()) {
                    loops.add(next);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        redis.setDaemon(true);
        redis.start();
        made.forEach(loops::add);
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(thread.isAlive())
                    .as("a thread that waits though a loop is ready")
                    .isFalse();
        }
        redis.interrupt();
    }

    @Test
    void anInterruptDoesNotEndTheWaitAndIsNotForgotten() throws Exception {
        BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
        Thread thread = new Thread(() -> {
            loops.take(new ReadyLoops.Seat());
            interrupted.add(Thread.currentThread().isInterrupted());
        });
        thread.start();
        awaitParked(thread);
        thread.interrupt();
        loops.add(loops(1).get(0));
        assertThat(interrupted.take()).isTrue();
    }
}
