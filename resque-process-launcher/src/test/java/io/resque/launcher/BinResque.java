package io.resque.launcher;

import static org.awaitility.Awaitility.await;

import io.resque.core.Resque;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** {@code bin/resque} as it is deployed: a folder with bin and lib, and what runs from there. */
final class BinResque {
    private static final Pattern TITLE = Pattern.compile("resque-[0-9][^:]*: (.*)");

    static {
        // A process takes its time to start on a busy machine.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }

    /**
     * Whoever starts these tests by {@code nohup} wants all that they start to be deaf to HUP; a script that starts them in the
     * background makes them deaf to INT.
     */
    static void assumeHeard(String signal) {
        boolean deaf = isDeafTo(signal);
        if (deaf) {
            System.out.println("SKIPPED a test of " + signal + ": these tests were started so that they ignore it");
        }
        Assumptions.assumeFalse(deaf, signal + " is ignored here");
    }

    static boolean isDeafTo(String signal) {
        int bit = List.of("HUP", "INT").indexOf(signal);
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return bit >= 0
                    && lines.filter(line -> line.startsWith("SigIgn:"))
                            .anyMatch(line -> (Character.digit(line.charAt(line.length() - 1), 16) >> bit & 1) == 1);
        } catch (IOException e) {
            return false; // not Linux
        }
    }

    private final Path home;
    private final String redis;

    private BinResque(Path home, String redis) {
        this.home = home;
        this.redis = redis;
    }

    /** Puts it into a folder; the jobs are those of the tests. */
    static BinResque in(Path home, String redis) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Path lib = Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("..", "bin", "resque"), home.resolve("bin/resque"));
        int number = 0;
        for (String jar : Jars.classPath(home).split(":")) {
            Files.copy(Path.of(jar), lib.resolve(number++ + "-" + Path.of(jar).getFileName()));
        }
        // The launcher takes the version from this name.
        Files.createFile(lib.resolve("resque-core-9.8.jar"));
        return new BinResque(home, redis);
    }

    /** One that runs. */
    record Running(Process process, Path output) {
        long pid() {
            return process.pid();
        }

        String printed() {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void signal(String name) {
            kill(name, pid());
        }

        void end() {
            List<ProcessHandle> below = process.descendants().toList();
            process.destroyForcibly();
            below.forEach(ProcessHandle::destroyForcibly);
        }

        /** Its status, and how many milliseconds its end took from now on. */
        int status() throws InterruptedException {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                end();
                throw new AssertionError("It did not end; it printed:\n" + printed());
            }
            return process.exitValue();
        }
    }

    static void kill(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Running start(Map<String, String> environment, String... args) throws IOException {
        return start(List.of("/bin/sh"), environment, args);
    }

    Running start(List<String> shell, Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(shell);
        command.add(home.resolve("bin/resque").toString());
        command.addAll(List.of(args));
        Path output = Files.createTempFile(home, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RESQUE_") || name.equals("CLASSPATH"));
        builder.environment().put("RESQUE_SHELL", String.join(" ", shell));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("REDIS_BACKEND", redis);
        builder.environment().put("APP_INCLUDE", SignalJobs.class.getName());
        builder.environment().put("RESQUE_SERIALIZER", "gson");
        builder.environment().putAll(environment);
        return new Running(builder.start(), output);
    }

    /** One that is registered and waits for jobs. */
    Running startAndAwait(Resque resque, Map<String, String> environment) throws IOException {
        long workers = Long.parseLong(environment.getOrDefault("COUNT", "1"));
        Running running = start(environment);
        boolean started = false;
        try {
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
                if (resque.inspector().counters().workers() < workers) {
                    throw new AssertionError("No worker yet; printed: " + running.printed());
                }
            });
            started = true;
            return running;
        } finally {
            if (!started) {
                running.end();
            }
        }
    }

    /** What {@code ps} shows behind what Ruby looks for, of this process and those below it. */
    static List<String> titles(Running running) {
        List<String> titles = new ArrayList<>();
        List<ProcessHandle> all = new ArrayList<>(List.of(running.process.toHandle()));
        running.process.descendants().forEach(all::add);
        for (ProcessHandle each : all) {
            try {
                String line = Files.readString(Path.of("/proc/" + each.pid() + "/cmdline"));
                Matcher title = TITLE.matcher(line.replace("\0", ""));
                if (title.find()) {
                    titles.add(title.group(1));
                }
            } catch (IOException e) {
                // It has just ended.
            }
        }
        return titles;
    }
}
