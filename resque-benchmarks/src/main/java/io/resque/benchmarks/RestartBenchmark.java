package io.resque.benchmarks;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs numbered jobs on many queues, on both adapters, while Redis is killed again and again and restarted with its
 * data: {@code bin/benchmark restarts [MINUTES [SECONDS [QUEUES]]]}. Takes a sample between two kills. At the end
 * prints which values have grown from the second quarter of the time to the last, and the outcomes of the jobs. Ends
 * with status 1 if a value has grown or a job is lost or doubled.
 */
final class RestartBenchmark {
    private static final int RATE = 250;
    private static final int THREADS = 8;

    /** Threads, open files and clients must not grow. The least memory may grow by a tenth, since memory varies. */
    private static final double MEMORY = 1.1;

    private RestartBenchmark() {}

    public static void main(String[] args) throws IOException {
        int minutes = args.length > 0 ? Integer.parseInt(args[0]) : 8;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        int queues = args.length > 2 ? Integer.parseInt(args[2]) : 40;
        boolean well = true;
        try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
            System.out.println("Java " + Runtime.version() + ", Redis " + server.version() + " killed every " + seconds
                    + " s, -Xmx64m, " + queues + " queues, " + minutes + " minutes\nsecond adapter "
                    + String.join(", ", SoakBenchmark.COLUMNS));
            List<SubjectProcess> subjects = new ArrayList<>();
            List<List<double[]>> samples = new ArrayList<>();
            for (String adapter : SoakBenchmark.ADAPTERS) {
                SubjectProcess subject = SoakBenchmark.subject(adapter, server);
                subject.tell("numbered " + THREADS + " " + RATE + " " + queues);
                subjects.add(subject);
                samples.add(new ArrayList<>());
            }
            int kills = 60 * minutes / seconds;
            for (int kill = 1; kill <= kills; kill++) {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds) / 2);
                server.kill();
                server.restart();
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds) / 2);
                for (int i = 0; i < subjects.size(); i++) {
                    double[] sample = sample(subjects.get(i), server);
                    samples.get(i).add(sample);
                    System.out.println(kill * seconds + " " + subjects.get(i).name + " " + SoakBenchmark.text(sample));
                }
            }
            for (int i = 0; i < subjects.size(); i++) {
                well &= isSteady(subjects.get(i).name, samples.get(i));
                well &= isWhole(subjects.get(i));
                subjects.get(i).close();
            }
        }
        System.exit(well ? 0 : 1);
    }

    /** Takes a sample. A Redis that is loading its data has no clients yet. */
    private static double[] sample(SubjectProcess subject, RedisServer server) throws IOException {
        while (true) {
            try (RespClient redis = server.client()) {
                return SoakBenchmark.sample(subject, redis);
            } catch (UncheckedIOException | RespClient.RedisError e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private static boolean isSteady(String name, List<double[]> samples) {
        int quarter = Math.max(1, samples.size() / 4);
        int second = Math.min(quarter, samples.size() - quarter);
        List<double[]> early = samples.subList(second, second + quarter);
        List<double[]> late = samples.subList(samples.size() - quarter, samples.size());
        boolean steady = true;
        for (int column = 1; column < SoakBenchmark.COLUMNS.size(); column++) {
            String what = SoakBenchmark.COLUMNS.get(column);
            boolean ofRedis = what.equals("keys") || what.equals("Redis KiB");
            boolean higher = what.endsWith("KiB")
                    ? least(late, column) > least(early, column) * MEMORY
                    : most(late, column) > most(early, column);
            higher &= !ofRedis;
            steady &= !higher;
            System.out.println(
                    name + ", " + what + ": " + SoakBenchmark.range(early, column) + " in the second quarter, "
                            + SoakBenchmark.range(late, column) + " in the last" + (higher ? ": HIGHER" : ""));
        }
        return steady;
    }

    private static double most(List<double[]> samples, int column) {
        return samples.stream().mapToDouble(each -> each[column]).max().orElse(0);
    }

    private static double least(List<double[]> samples, int column) {
        return samples.stream().mapToDouble(each -> each[column]).min().orElse(0);
    }

    private static boolean isWhole(SubjectProcess subject) throws IOException {
        double[] ends = subject.numbers("end");
        System.out.printf(
                "%s, jobs: acknowledged %,.0f, of unknown outcome %,.0f, lost %,.0f, doubled %,.0f%n",
                subject.name, ends[0], ends[1], ends[2], ends[3]);
        return ends[2] == 0 && ends[3] == 0;
    }
}
