package io.resque.benchmarks.jesque;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.greghaines.jesque.Config;
import net.greghaines.jesque.ConfigBuilder;
import net.greghaines.jesque.Job;
import net.greghaines.jesque.client.Client;
import net.greghaines.jesque.client.ClientImpl;
import net.greghaines.jesque.worker.MapBasedJobFactory;
import net.greghaines.jesque.worker.Worker;
import net.greghaines.jesque.worker.WorkerImpl;

/** Jesque as a subject; {@code io.resque.benchmarks.Subject} describes the lines that it reads and answers. */
public final class JesqueSubject {
    private static final AtomicLong DONE = new AtomicLong();
    private static final BlockingQueue<Long> STARTS = new LinkedBlockingQueue<>();
    private static volatile long tenth;
    private static volatile long all;
    private static volatile long begun;
    private static volatile CountDownLatch end = new CountDownLatch(0);

    /** A job that is only counted. */
    public static final class Noop implements Runnable {
        public Noop(Integer number, String text, Map<String, Object> named) {}

        @Override
        public void run() {
            long done = DONE.incrementAndGet();
            if (done == tenth) {
                begun = System.nanoTime();
            }
            if (done == all) {
                end.countDown();
            }
        }
    }

    /** A job that reports when it began. */
    public static final class Start implements Runnable {
        @Override
        public void run() {
            STARTS.add(System.nanoTime());
        }
    }

    private final Config config;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private JesqueSubject(URI redis) {
        config = new ConfigBuilder()
                .withHost(redis.getHost())
                .withPort(redis.getPort())
                .withNamespace("resque")
                .build();
    }

    public static void main(String[] args) throws Exception {
        JesqueSubject subject = new JesqueSubject(URI.create(args[0]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println("= " + subject.run(line.split(" ")));
        }
        System.exit(0);
    }

    private String run(String[] words) throws Exception {
        int first = words.length > 1 ? Integer.parseInt(words[1]) : 0;
        int second = words.length > 2 ? Integer.parseInt(words[2]) : 0;
        return switch (words[0]) {
            case "drain" -> drain(first, second);
            case "enqueue", "enqueueAsync" -> enqueue(first, second);
            case "bulk", "bulkAsync", "stream" -> bulk(first); // Jesque has no faster way
            case "wake" -> wake(first, second);
            case "idle" -> {
                start(first, IntStream.range(0, second).mapToObj(i -> "q" + i).toList());
                yield "ok";
            }
            case "stop" -> {
                stop();
                yield "ok";
            }
            case "rss" ->
                Files.readString(Path.of("/proc/self/status")).replaceFirst("(?s).*VmRSS:\\s+(\\d+).*", "$1");
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private void start(int count, List<String> queues) {
        for (int i = 0; i < count; i++) {
            Worker worker = new WorkerImpl(
                    config, queues, new MapBasedJobFactory(Map.of("Noop", Noop.class, "Start", Start.class)));
            workers.add(worker);
            Thread thread = new Thread(worker);
            threads.add(thread);
            thread.start();
        }
    }

    private void stop() throws InterruptedException {
        workers.forEach(worker -> worker.end(false));
        for (Thread thread : threads) {
            thread.join();
        }
        workers.clear();
        threads.clear();
    }

    private String drain(int count, int jobs) throws InterruptedException {
        DONE.set(0);
        tenth = jobs / 10;
        all = jobs;
        end = new CountDownLatch(1);
        start(count, List.of("q"));
        end.await();
        long now = System.nanoTime();
        stop();
        return Double.toString((jobs - tenth) / ((now - begun) / 1e9));
    }

    private static Job job(int number) {
        return new Job("Noop", number, "x", Map.of("name", "Chris"));
    }

    private String enqueue(int count, int jobs) throws InterruptedException {
        List<Thread> producers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {
                Client client = new ClientImpl(config);
                for (int j = 0; j < jobs / count; j++) {
                    client.enqueue("q", job(j));
                }
                client.end();
            });
            producers.add(thread);
            thread.start();
        }
        for (Thread thread : producers) {
            thread.join();
        }
        return Double.toString(jobs / ((System.nanoTime() - start) / 1e9));
    }

    private String bulk(int jobs) {
        Client client = new ClientImpl(config);
        long start = System.nanoTime();
        for (int i = 0; i < jobs / 100; i++) {
            client.batchEnqueue(
                    "q", IntStream.range(0, 100).mapToObj(JesqueSubject::job).toList());
        }
        double rate = jobs / ((System.nanoTime() - start) / 1e9);
        client.end();
        return Double.toString(rate);
    }

    private String wake(int jobs, int count) throws InterruptedException {
        start(count, List.of("q"));
        Client client = new ClientImpl(config);
        long[] nanos = new long[jobs];
        for (int i = -5; i < jobs; i++) {
            Thread.sleep(3);
            long sent = System.nanoTime();
            client.enqueue("q", new Job("Start"));
            long started = STARTS.take();
            if (i >= 0) {
                nanos[i] = started - sent;
            }
        }
        client.end();
        stop();
        Arrays.sort(nanos);
        return nanos[jobs / 2] / 1e6 + " " + nanos[jobs * 99 / 100] / 1e6;
    }
}
