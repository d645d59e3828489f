package io.resque.benchmarks;

import io.resque.api.JobModule;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.launcher.ProcessJobExecutor;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.slf4j.LoggerFactory;

/**
 * Measures what jobs in child JVMs cost on the Java that runs this program: {@code bin/benchmark children [ROUNDS]}. Each round
 * runs all rows. The processor time of children is that which Linux counts for processes that have ended; the column of the worker is
 * this JVM, with its part of each job: spawn, frames, output, Redis. The first row is a JVM whose {@code main} is empty, with Java's
 * default options. Waits for class archives before it measures; that of the jobs with libraries is trained by ten of them. One line is the
 * table as JSON.
 */
final class ChildrenBenchmark {
    static final String NOTHING = "Nothing";
    static final String LIBRARIES = "Libraries";
    private static final int EMPTY_JVMS = 15;

    private ChildrenBenchmark() {}

    /** The empty program. */
    public static final class Empty {
        private Empty() {}

        public static void main(String[] args) {
            // It measures the start of a JVM.
        }
    }

    /**
     * A load.
     *
     * @param jobsPerChild 1 is strict
     */
    private record Load(String name, String jobClass, int jobsPerChild, int jobs) {}

    private static final List<Load> LOADS = List.of(
            new Load("strict", NOTHING, 1, 60),
            new Load("strict, a job that loads Gson and a log", LIBRARIES, 1, 30),
            new Load("10 jobs a child", NOTHING, 10, 300),
            new Load("100 jobs a child", NOTHING, 100, 2_000),
            new Load("no limit", NOTHING, Integer.MAX_VALUE, 5_000));

    /** What one run of a row took. */
    private record Cost(double perSecond, double child, double worker) {}

    public static void main(String[] args) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        String classPath = classPath();
        List<List<Cost>> costs = new ArrayList<>();
        IntStream.rangeClosed(0, LOADS.size()).forEach(i -> costs.add(new ArrayList<>()));
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            System.out.println("Java " + Runtime.version() + ", Redis " + server.version() + ", "
                    + Runtime.getRuntime().availableProcessors() + " processors, " + rounds
                    + " rounds: median (least–most)");
            warmUp(server, redis, classPath);
            for (int round = 0; round < rounds; round++) {
                costs.get(0).add(empty(classPath));
                for (int i = 0; i < LOADS.size(); i++) {
                    costs.get(i + 1).add(run(server.url(), redis, LOADS.get(i), classPath));
                }
            }
        }
        print(costs);
        System.out.printf(Locale.ROOT, "to start a process: %.2f ms by the clock (median of 51)%n", spawnMillis());
        System.exit(0);
    }

    /** How long this JVM needs until another program has begun. */
    private static double spawnMillis() throws IOException, InterruptedException {
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < 51; i++) {
            long start = System.nanoTime();
            Process process = new ProcessBuilder("true").start();
            all.add((System.nanoTime() - start) / 1e6);
            process.waitFor();
        }
        return new RowSample(all).median();
    }

    /** As the class path of {@code bin/resque}: the library, one serializer, one log, jobs; folders among the jars. */
    private static String classPath() throws URISyntaxException {
        List<Class<?>> types = new ArrayList<>(List.of(
                ChildJobs.class,
                JobModule.class,
                Resque.class,
                ProcessJobExecutor.class,
                GsonSerializerProvider.class,
                com.google.gson.Gson.class,
                LoggerFactory.class,
                LoggerFactory.getILoggerFactory().getClass()));
        try {
            types.add(Class.forName("ch.qos.logback.core.Context"));
        } catch (ClassNotFoundException e) {
            // Another log is on the class path.
        }
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> type : types) {
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(File.pathSeparator, places);
    }

    /** Runs strict loads until they get no cheaper, since an archive of classes is made in the background. */
    private static void warmUp(RedisServer server, RespClient redis, String classPath) throws Exception {
        for (Load load : LOADS.subList(0, 2)) {
            double least = Double.MAX_VALUE;
            for (int same = 0; same < 3; ) {
                double child = run(server.url(), redis, load, classPath).child;
                same = child < least * 0.9 ? 0 : same + 1;
                least = Math.min(least, child);
            }
        }
    }

    private static Cost empty(String classPath) throws IOException, InterruptedException {
        long own = ownMicros();
        double before = childrenMillis();
        long start = System.nanoTime();
        for (int i = 0; i < EMPTY_JVMS; i++) {
            new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            classPath,
                            Empty.class.getName())
                    .inheritIO()
                    .start()
                    .waitFor();
        }
        return cost(EMPTY_JVMS, System.nanoTime() - start, before, own);
    }

    private static Cost cost(int jobs, long nanos, double millisBefore, long ownBefore) throws IOException {
        return new Cost(
                jobs / (nanos / 1e9), (childrenMillis() - millisBefore) / jobs, (ownMicros() - ownBefore) / 1e3 / jobs);
    }

    private static long ownMicros() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1_000;
    }

    /** Processor time of all children that have ended. Linux counts in hundredths of a second, over all of them. */
    private static double childrenMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * 10.0;
    }

    private static Cost run(String url, RespClient redis, Load load, String classPath) throws Exception {
        redis.call("FLUSHALL");
        try (Resque resque =
                Resque.builder().backend("jedis").serializer("gson").url(url).build()) {
            Worker worker = resque.workerBuilder("q")
                    .module(new ChildJobs())
                    .executor(ProcessJobExecutor.builder()
                            .classPath(classPath)
                            .jobsPerFork(load.jobsPerChild)
                            .trainedBy(load.jobClass.equals(LIBRARIES) ? 10 : 0)
                            .build())
                    .concurrency(2)
                    .start();
            resque.enqueue("q", load.jobClass); // another child stands by from now on
            await(redis, 1);
            double before = childrenMillis();
            long own = ownMicros();
            long start = System.nanoTime();
            for (int i = 0; i < load.jobs; i++) {
                resque.enqueue("q", load.jobClass);
            }
            await(redis, load.jobs + 1);
            Cost cost = cost(load.jobs, System.nanoTime() - start, before, own);
            worker.close();
            return cost;
        }
    }

    private static void await(RespClient redis, int jobs) {
        while (!Integer.toString(jobs).equals(redis.text("GET", "resque:stat:processed"))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        if (redis.text("GET", "resque:stat:failed") != null && !"0".equals(redis.text("GET", "resque:stat:failed"))) {
            throw new IllegalStateException("A job failed: " + redis.call("LRANGE", "resque:failed", 0, 0));
        }
    }

    private static void print(List<List<Cost>> costs) {
        String line = "%-42s %-24s %-26s %-24s%n";
        System.out.printf(line, "", "jobs/s", "ms of a child a job", "ms of the worker a job");
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < costs.size(); i++) {
            String name = i == 0 ? "empty main" : LOADS.get(i - 1).name;
            RowSample rate =
                    new RowSample(costs.get(i).stream().map(Cost::perSecond).toList());
            RowSample child =
                    new RowSample(costs.get(i).stream().map(Cost::child).toList());
            RowSample worker =
                    new RowSample(costs.get(i).stream().map(Cost::worker).toList());
            System.out.printf(line, name, rate.text("%.1f"), child.text("%.2f"), worker.text("%.2f"));
            json.append(String.format(
                    Locale.ROOT,
                    "%s{\"what\":\"%s\",\"jobsPerSecond\":%.1f,\"childMillis\":%.2f,\"workerMillis\":%.2f}",
                    i == 0 ? "" : ",",
                    name,
                    rate.median(),
                    child.median(),
                    worker.median()));
        }
        System.out.println(json.append(']'));
    }
}
