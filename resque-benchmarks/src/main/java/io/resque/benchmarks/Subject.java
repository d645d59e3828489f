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
 * What is measured, in a JVM of its own. It is told what to do by lines, and answers each with a line of numbers:
 *
 * <pre>
 * drain THREADS JOBS [virtual]   jobs per second, from the tenth part of the jobs on
 * drain THREADS JOBS QUEUES      the same, where all other queues are empty; ours only
 * enqueue THREADS JOBS           jobs per second
 * bulk JOBS                      jobs per second, by hundreds
 * enqueueAsync 1 JOBS, bulkAsync JOBS, stream JOBS
 *                                as these, up to the last that is written, but not waiting; Jesque waits, it has no other way
 * wake JOBS WORKERS              milliseconds from enqueue to perform, median and 99th percentile
 * idle WORKERS QUEUES, stop      ok
 * herd PROCESSES                 ours only: as many that wait for jobs
 * rss                            KiB
 * soak THREADS RATE, sample      ours only: a steady load; see SteadyLoad
 * numbered THREADS RATE QUEUES, sample, end
 *                                ours only: a load that is accounted for; see NumberedLoad
 * </pre>
 */
interface Subject {
    /** What a line says; answers with what shall be told. */
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
