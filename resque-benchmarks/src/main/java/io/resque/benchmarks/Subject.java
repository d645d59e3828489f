package io.resque.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A measured library, in its own JVM. It reads commands line by line, and answers each with a line of numbers:
 *
 * <pre>
 * drain THREADS JOBS [virtual]   jobs per second, from the tenth part of the jobs on
 * drain THREADS JOBS QUEUES      the same, with all other queues empty; ours only
 * drain THREADS JOBS all         the same, by a pattern for all queues; ours only
 * drain THREADS JOBS listened    the same, with a listener that hears of each job; with deaf: of no job; ours only
 * children LIMIT WORKERS JOBS    the same in child JVMs that run as many jobs as the limit; ours only
 * enqueue THREADS JOBS           jobs per second
 * bulk JOBS                      jobs per second, by hundreds
 * enqueueAsync 1 JOBS, bulkAsync JOBS, stream JOBS
 *                                the same without waiting for each, until the last is written; Jesque can only wait
 * wake JOBS WORKERS              milliseconds from enqueue to perform, median and 99th percentile
 * idle WORKERS QUEUES, stop      ok
 * herd PROCESSES                 ours only: this number of processes that wait for jobs
 * rss                            KiB
 * soak THREADS RATE, sample      ours only: a steady load; see SteadyLoad
 * numbered THREADS RATE QUEUES, sample, end
 *                                ours only: a load of which each job is checked; see NumberedLoad
 * </pre>
 */
interface Subject {
    /** Carries out the command of a line, and returns the answer. */
    String run(String[] words) throws Exception;

    static void serve(Subject subject) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println("= " + subject.run(line.split(" ")));
        }
        System.exit(0);
    }

    static String rss() throws IOException {
        return Files.readString(Path.of("/proc/self/status")).replaceFirst("(?s).*VmRSS:\\s+(\\d+).*", "$1");
    }

    /** Heap in KiB after a collection, RSS in KiB, threads, open files. */
    static String ofThisJvm() throws IOException {
        System.gc();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return heap.getUsed() / 1024 + " " + rss() + " "
                + ManagementFactory.getThreadMXBean().getThreadCount() + " " + system.getOpenFileDescriptorCount();
    }

    static String medianAnd99(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e6 + " " + nanos[nanos.length * 99 / 100] / 1e6;
    }
}
