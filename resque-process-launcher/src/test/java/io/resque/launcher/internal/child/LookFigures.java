package io.resque.launcher.internal.child;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Prints how long a look at a clean child takes. Not a test: run it by hand with the options of a child, {@code -XX:TieredStopAtLevel=1
 * -XX:+UseSerialGC --add-opens=java.base/java.lang=ALL-UNNAMED}.
 */
final class LookFigures {
    private LookFigures() {}

    public static void main(String[] args) throws InterruptedException {
        for (Object limit : new Object[] {0L, 1L << 40}) {
            LeftBehind left = new LeftBehind(List.of(limit));
            String what = "Java " + Runtime.version().feature() + ", a look"
                    + (limit.equals(0L) ? "" : " with a memory limit");
            print(what + ", the first 1,000", looks(left, 1_000));
            print(what + ", 20,000 more", looks(left, 20_000));
        }
    }

    private static void print(String what, long[] sorted) {
        System.out.printf(
                "%s: median %.1f, p99 %.1f µs of processor time%n",
                what, sorted[sorted.length / 2] / 1e3, sorted[sorted.length * 99 / 100] / 1e3);
    }

    /** The processor time of each look in nanoseconds, sorted. Each runs on a thread of its own, as in a child. */
    private static long[] looks(LeftBehind left, int number) throws InterruptedException {
        ThreadMXBean time = ManagementFactory.getThreadMXBean();
        long[] nanos = new long[number];
        AtomicReference<List<String>> unexpected = new AtomicReference<>();
        for (int i = 0; i < number; i++) {
            int index = i;
            Thread job = new Thread(() -> {
                long start = time.getCurrentThreadCpuTime();
                List<String> found = left.look();
                nanos[index] = time.getCurrentThreadCpuTime() - start;
                if (!found.isEmpty()) {
                    unexpected.set(found);
                }
            });
            job.start();
            job.join();
            if (unexpected.get() != null) {
                throw new IllegalStateException("left behind: " + unexpected.get());
            }
        }
        Arrays.sort(nanos);
        return nanos;
    }
}
