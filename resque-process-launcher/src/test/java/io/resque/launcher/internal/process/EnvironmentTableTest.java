package io.resque.launcher.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The last column of each table in {@code docs/environment.md}. */
@Timeout(120)
class EnvironmentTableTest {
    private static final Path PAGE = Path.of("..", "docs", "environment.md");
    private static final Path SCRIPT = Path.of("..", "bin", "resque");
    private static final Pattern GIVEN = Pattern.compile("`([A-Z_]+)=([^`]*)`");

    /** A test of core reads these rows. */
    private static final Pattern OF_REDIS = Pattern.compile("`(REDIS_|PREFIX)");

    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z_]{3,}");

    /** Variables of the JVM and of the machine, not of Resque. */
    private static final Set<String> OTHERS = Set.of("JAVA_HOME", "XDG_CACHE_HOME", "LC_ALL", "LC_CTYPE", "LANG");

    private static final Set<String> OF_SCHEDULERS = Set.of(
            "RESQUE_SCHEDULER_INTERVAL",
            "APP_NAME",
            "LOCK_TIMEOUT",
            "DELAYED_REQUEUE_BATCH_SIZE",
            "DYNAMIC_SCHEDULE",
            "INITIALIZER_PATH",
            "LOGFILE",
            "LOGFORMAT",
            "QUIET");

    @TempDir
    Path home;

    static Stream<Arguments> rows() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .map(line -> line.split("\\|"))
                .filter(cells -> cells.length == 5 && GIVEN.matcher(cells[1]).find())
                .filter(cells -> !OF_REDIS.matcher(cells[1]).find())
                .map(cells -> Arguments.of(cells[1].strip(), cells[4].strip()));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aSpellingMeansWhatThePageSays(String given, String here) throws Exception {
        Map<String, String> variables = new LinkedHashMap<>();
        GIVEN.matcher(given).results().forEach(each -> variables.put(each.group(1), each.group(2)));
        assertThat(variables).isNotEmpty();
        assertThat(meaning(variables)).isEqualTo(here);
    }

    @Test
    void thePageHasManyRows() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(50);
    }

    private String meaning(Map<String, String> variables) throws Exception {
        String name = variables.keySet().iterator().next();
        return switch (name) {
            case "VERBOSE", "LOGGING", "VVERBOSE", "BACKGROUND", "PIDFILE" -> meaningToTheScript(name, variables);
            default -> {
                Map<String, String> all = new HashMap<>(variables);
                if (!all.containsKey("QUEUE")) {
                    all.putIfAbsent("QUEUES", "a");
                }
                try {
                    yield OF_SCHEDULERS.contains(name)
                            ? meaningToAScheduler(name, new EnvironmentReader(all))
                            : meaning(name, new EnvironmentReader(all));
                } catch (ConfigurationException e) {
                    assertThat(e.getMessage()).as("names the variable").contains(name);
                    yield "refused";
                }
            }
        };
    }

    private static String meaningToAScheduler(String name, EnvironmentReader environment) {
        SchedulerSettings settings = new SchedulerSettings(environment);
        if (!settings.names.isEmpty()) {
            return "the title has `" + settings.names + "`";
        }
        return settings.withoutEffect().contains(name) ? "without effect" : "not set";
    }

    private static String meaning(String name, EnvironmentReader environment) {
        new ResqueSettings(environment).builder();
        WorkerSettings settings = new WorkerSettings(environment);
        return switch (name) {
            case "QUEUE", "QUEUES" -> "works `" + String.join(",", settings.queues) + "`";
            case "QUEUE_LIMITS" -> "at most `" + settings.queueLimits + "`";
            case "COUNT" -> settings.count == 1 ? "1 worker process" : settings.count + " worker processes";
            case "FORK_PER_JOB", "ISOLATION", "JOBS_PER_FORK" ->
                switch (settings.isolation) {
                    case STRICT -> "a child for each job";
                    case RECYCLED -> "a child for up to " + settings.jobsPerFork + " jobs";
                    case THREAD -> "runs jobs in the worker";
                };
            case "CLASS_ARCHIVE_TRAINING" ->
                settings.archiveTraining
                        + " children are recorded for [the archive of classes](child-processes.md#the-archive-of-classes)";
            case "SCHEDULER" -> settings.schedules ? "moves delayed jobs" : "leaves delayed jobs to others";
            case "INTERVAL" -> settings.untilEmpty ? "leaves when no job is left" : "waits for a push";
            case "TERM_CHILD" -> settings.termChild ? "TERM interrupts the job first" : "TERM kills the child";
            case "ON_STOP" ->
                settings.putsBack ? "an interrupted job goes back to its queue" : "an interrupted job fails";
            case "GRACEFUL_TERM" -> settings.gracefulTerm ? "TERM waits for the job" : "TERM kills the child";
            case "RESQUE_TERM_TIMEOUT" -> "kills after `" + settings.termTimeout + "`";
            case "RESQUE_PRE_SHUTDOWN_TIMEOUT" -> "interrupts after `" + settings.preShutdownTimeout + "`";
            case "FAILURE_BACKEND" -> "failures in `" + settings.failureLists + "`";
            case "JOB_MAY_LEAVE" ->
                settings.withoutEffect().contains(name)
                        ? "without effect"
                        : "no child ends for `" + String.join(",", settings.mayLeave) + "`";
            default -> settings.withoutEffect().contains(name) ? "without effect" : "nothing known";
        };
    }

    /** Runs bin/resque with a program java that only writes down its arguments. */
    private String meaningToTheScript(String name, Map<String, String> variables) throws Exception {
        Path told = home.resolve("told");
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/resque-core-9.8.jar"));
        Path script =
                Files.copy(SCRIPT, Files.createDirectories(home.resolve("bin")).resolve("resque"));
        Path java = Files.createDirectories(home.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/sh
                {
                  echo "launcher=$RESQUE_LAUNCHER"
                  if [ -f "${PIDFILE:-}" ]; then echo "pidfile=$(cat "$PIDFILE")"; fi
                  printf 'arg=%s\\n' "$@"
                } >TOLD.new
                mv TOLD.new TOLD
                """.replace("TOLD", told.toString()));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString())
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("printed").toFile());
        builder.environment().keySet().removeIf(each -> each.startsWith("RESQUE_") || OTHERS.contains(each));
        builder.environment()
                .putAll(Map.of("QUEUE", "a", "JAVA_HOME", home.resolve("jdk").toString()));
        builder.environment().putAll(variables);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        if (process.exitValue() == WorkerEnd.Known.CONFIGURATION.status()) {
            assertThat(Files.readString(home.resolve("printed"))).contains(variables.get(name));
            return "refused";
        }
        assertThat(process.exitValue()).isZero();
        await().until(() -> Files.exists(told));
        List<String> lines = Files.readAllLines(told);
        String pid = Long.toString(process.pid());
        switch (name) {
            case "BACKGROUND" -> {
                return lines.contains("launcher=" + pid) ? "stays in the terminal" : "leaves the terminal";
            }
            case "PIDFILE" -> {
                boolean removed = !Files.exists(home.resolve(variables.get(name)));
                return lines.contains("pidfile=" + pid) && removed
                        ? "pid in `" + variables.get(name) + "`, removed at the end"
                        : "no pid";
            }
            default -> {
                String level = lines.stream()
                        .filter(line -> line.startsWith("arg=-Dresque.log.level="))
                        .collect(Collectors.joining());
                return "logs `" + level.substring(level.lastIndexOf('=') + 1) + "`";
            }
        }
    }

    private static Set<String> names(String text) {
        return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The variables from which bin/resque removes a carriage return. */
    private static Set<String> known() throws IOException {
        String script = Files.readString(SCRIPT);
        int loop = script.indexOf("for name in QUEUES");
        return names(script.substring(loop, script.indexOf("; do", loop)));
    }

    @Test
    void eachVariableThatIsReadIsKnownToTheScriptAndDocumented() throws IOException {
        Set<String> known = known();
        List<String> read = new ArrayList<>();
        Path internal = Path.of("src/main/java/io/resque/launcher/internal");
        for (String source : List.of(
                "process/ResqueSettings",
                "process/WorkerSettings",
                "process/Isolation",
                "process/SchedulerSettings",
                "support/OwnVariables")) {
            String text = Files.readString(internal.resolve(source + ".java"));
            Pattern.compile("\"([A-Z][A-Z_]{3,})\"").matcher(text).results().forEach(each -> read.add(each.group(1)));
        }
        read.removeAll(Set.of("RESQUE_LAUNCHER", "RESQUE_SUPERVISOR")); // set by our own processes
        assertThat(known).containsAll(read);
        Set<String> documented = names(Files.readString(Path.of("..", "docs", "operations.md")));
        assertThat(documented)
                .containsAll(
                        known.stream().filter(each -> !OTHERS.contains(each)).toList());
        Set<String> onThePage = rows().flatMap(
                        row -> names(row.get()[0].toString().replaceAll("=[^`]*", "")).stream())
                .collect(Collectors.toSet());
        assertThat(known).containsAll(onThePage);
    }
}
