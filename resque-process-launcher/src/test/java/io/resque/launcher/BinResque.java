package io.resque.launcher;

import static org.awaitility.Awaitility.await;

import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** A deployed {@code bin/resque}: a folder with bin and lib, and the processes that run from there. */
final class BinResque {
    /** These processes live for seconds: Java's second compiler would take longer than they do. And no JVM tells of its archive. */
    private static final String QUICK = "-XX:TieredStopAtLevel=1 -Xlog:disable";

    private static final Pattern TITLE = Pattern.compile("resque-[0-9][^:]*: (.*)");

    static {
        // A process takes its time to start on a busy machine.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }

    /**
     * Skips a test of a signal that all processes here ignore: of HUP if the tests were started by {@code nohup}, of INT if a script
     * has started them in the background.
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

    /** A folder with bin and lib, which all tests of this JVM share; it goes with the JVM. */
    private static final class Deployment {
        static final Path HOME = deploy();

        /** The classes of a worker as the JVM has them in memory. Without it a JVM would spend most of its start on reading them from jars. */
        static final Path ARCHIVE = archive();

        private static Path deploy() {
            try {
                Path home = Files.createTempDirectory("bin-resque");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(home)));
                Path lib = Files.createDirectories(home.resolve("lib"));
                Files.createDirectories(home.resolve("bin"));
                Files.copy(Path.of("..", "bin", "resque"), home.resolve("bin/resque"));
                int number = 0;
                for (String jar : Jars.classPath(home).split(":")) {
                    Files.copy(
                            Path.of(jar),
                            lib.resolve(number++ + "-" + Path.of(jar).getFileName()));
                }
                // The launcher takes the version from this name. Java uses no archive of classes beside a file that is
                // no
                // jar.
                Jars.pack(home.resolve("bin"), lib.resolve("resque-core-9.8.jar"));
                return home;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** From a worker that finds no job and leaves. */
        private static Path archive() {
            Path file = HOME.resolve("worker.jsa");
            try {
                Running rehearsal = new BinResque(RedisServer.forTests().url())
                        .start(
                                "-XX:ArchiveClassesAtExit=" + file,
                                List.of("/bin/sh"),
                                Map.of("QUEUE", "none", "PREFIX", "rehearsal" + UUID.randomUUID(), "INTERVAL", "0"));
                int status = rehearsal.status();
                if (status != 0 || !Files.exists(file)) {
                    throw new AssertionError("The archive was not made: status " + status + ", " + rehearsal.printed());
                }
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        private static void remove(Path home) {
            try (Stream<Path> files = Files.walk(home)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                System.err.println(home + " cannot be removed: " + e);
            }
        }
    }

    private final Path home = Deployment.HOME;
    private final String redis;

    private BinResque(String redis) {
        this.redis = redis;
    }

    /** With the jobs of the tests, and this Redis unless a test names another one. */
    static BinResque with(String redis) {
        return new BinResque(redis);
    }

    /** A process of it. */
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

        /** Waits for the end of the process. Its status. */
        int status() throws InterruptedException {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                String below = process.descendants()
                        .map(each -> each.pid() + " below "
                                + each.parent().map(ProcessHandle::pid).orElse(0L) + " since "
                                + each.info().startInstant().orElse(null) + ": "
                                + each.info().commandLine().orElse(""))
                        .collect(Collectors.joining("\n"));
                end();
                throw new AssertionError("It did not end; it printed:\n" + printed() + "\nIts processes:\n" + below);
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
        return start("-XX:SharedArchiveFile=" + Deployment.ARCHIVE, shell, environment, args);
    }

    private Running start(String archive, List<String> shell, Map<String, String> environment, String... args)
            throws IOException {
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
        builder.environment().merge("RESQUE_JAVA_OPTS", QUICK + " " + archive, (given, ours) -> ours + " " + given);
        return new Running(builder.start(), output);
    }

    /** Starts a worker, and waits until it is registered. */
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

    /** The titles that {@code ps} shows for this process and its descendants, without the prefix that Ruby looks for. */
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
                // The process has just ended.
            }
        }
        return titles;
    }
}
