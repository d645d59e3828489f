package io.resque.benchmarks;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs a steady load for a long time, on both adapters, to see whether any value grows: {@code bin/benchmark soak
 * [MINUTES]}. Prints a line for each adapter every minute, and at the end the least and most of the first and the last
 * quarter of the time.
 */
final class SoakBenchmark {
    static final List<String> ADAPTERS = List.of("jedis", "lettuce");
    static final List<String> COLUMNS =
            List.of("jobs done", "heap KiB", "RSS KiB", "threads", "open files", "clients", "keys", "Redis KiB");

    private SoakBenchmark() {}

    public static void main(String[] args) throws IOException {
        int minutes = args.length > 0 ? Integer.parseInt(args[0]) : 60;
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            System.out.println("Java " + Runtime.version() + ", Redis " + server.version() + ", -Xmx64m, " + minutes
                    + " minutes\nminute adapter " + String.join(", ", COLUMNS));
            List<List<double[]>> samples = new ArrayList<>();
            List<SubjectProcess> subjects = new ArrayList<>();
            for (String adapter : ADAPTERS) {
                SubjectProcess subject = subject(adapter, server);
                subject.tell("soak 16 500");
                subjects.add(subject);
                samples.add(new ArrayList<>());
            }
            for (int minute = 1; minute <= minutes; minute++) {
                LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(1));
                for (int i = 0; i < subjects.size(); i++) {
                    double[] sample = sample(subjects.get(i), redis);
                    samples.get(i).add(sample);
                    System.out.println(minute + " " + subjects.get(i).name + " " + text(sample));
                }
            }
            for (int i = 0; i < subjects.size(); i++) {
                report(subjects.get(i).name, samples.get(i));
                subjects.get(i).close();
            }
        }
        System.exit(0);
    }

    /** Starts a subject; each adapter has its own namespace. */
    static SubjectProcess subject(String adapter, RedisServer server) throws IOException {
        return SubjectProcess.java(
                adapter,
                server.url(),
                "64m",
                System.getProperty("java.class.path"),
                ResqueSubject.class.getName(),
                adapter,
                adapter);
    }

    static double[] sample(SubjectProcess subject, RespClient redis) throws IOException {
        double[] own = subject.numbers("sample");
        double[] sample = new double[COLUMNS.size()];
        System.arraycopy(own, 0, sample, 0, own.length);
        sample[own.length] = info(redis, "clients", "connected_clients");
        sample[own.length + 1] = redis.number("DBSIZE");
        sample[own.length + 2] = info(redis, "memory", "used_memory") / 1024;
        return sample;
    }

    private static double info(RespClient redis, String section, String field) {
        return Double.parseDouble(redis.text("INFO", section).replaceFirst("(?s).*\\b" + field + ":(\\d+).*", "$1"));
    }

    static String text(double[] sample) {
        StringBuilder text = new StringBuilder();
        for (double value : sample) {
            text.append(String.format(Locale.ROOT, "%,.0f ", value));
        }
        return text.toString().strip();
    }

    private static void report(String name, List<double[]> samples) {
        int quarter = Math.max(1, samples.size() / 4);
        for (int column = 0; column < COLUMNS.size(); column++) {
            System.out.println(name + ", " + COLUMNS.get(column) + ": "
                    + range(samples.subList(0, quarter), column) + " in the first quarter, "
                    + range(samples.subList(samples.size() - quarter, samples.size()), column) + " in the last");
        }
    }

    static String range(List<double[]> samples, int column) {
        double[] values =
                samples.stream().mapToDouble(each -> each[column]).sorted().toArray();
        return String.format(Locale.ROOT, "%,.0f–%,.0f", values[0], values[values.length - 1]);
    }
}
