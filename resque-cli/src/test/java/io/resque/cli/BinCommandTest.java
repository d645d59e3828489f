package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of {@code bin/resque}, in JVMs of their own and under other locales than that of the tests. */
@Timeout(240)
class BinCommandTest {
    private static final RedisServer SERVER = RedisServer.forTests();

    @TempDir
    static Path home;

    private final String namespace = "bin" + UUID.randomUUID();
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();

    @BeforeAll
    static void deploy() throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("..", "bin", "resque"), home.resolve("bin/resque"));
    }

    @AfterEach
    void close() {
        resque.close();
    }

    private record Ran(int status, String out, String err) {}

    /** Runs a shell script, in which $r is bin/resque. So the test can give any bytes, whatever its own locale. */
    private Ran run(String script, Map<String, String> environment) throws Exception {
        Path out = Files.createTempFile(home, "out", "");
        Path err = Files.createTempFile(home, "err", "");
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> variables = builder.environment();
        variables.keySet().removeIf(name -> name.startsWith("LC_") || name.startsWith("RESQUE_"));
        variables.putAll(Map.of(
                "r", "/bin/sh " + home.resolve("bin/resque"),
                "JAVA_HOME", System.getProperty("java.home"),
                "CLASSPATH", System.getProperty("java.class.path"),
                "REDIS_BACKEND", SERVER.url(),
                "PREFIX", namespace));
        variables.putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Ran(process.waitFor(), text(out), text(err));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @Test
    void textIsStoredAndShownAsItIsGivenUnderAnyLocale() throws Exception {
        String bytes = "queue=$(printf 'gr\\303\\266\\303\\237e') text=$(printf '\"Zo\\303\\253 \\344\\270\\255\"'); ";
        // Java takes an unknown locale for POSIX.
        for (String locale : List.of("C", "xx_XX.UTF-8")) {
            assertThat(run(bytes + "$r enqueue \"$queue\" Job \"$text\"", Map.of("LC_ALL", locale)))
                    .isEqualTo(new Ran(0, "Queued Job on größe\n", ""));
        }
        String payload = "{\"class\":\"Job\",\"args\":[\"Zoë 中\"]}";
        assertThat(resque.inspector().peek("größe", 0, 9).stream()
                        .map(job -> new String(job.raw(), StandardCharsets.UTF_8)))
                .containsExactly(payload, payload);
        Ran peek = run(bytes + "$r peek \"$queue\" --limit 1 --json", Map.of("LC_ALL", "POSIX"));
        assertThat(peek).isEqualTo(new Ran(0, "[\"" + payload.replace("\"", "\\\"") + "\"]\n", ""));
    }

    @Test
    void textUnderALocaleOfLatin1IsUtf8OrRefused() throws Exception {
        Path locales = Files.createDirectories(home.resolve("locales"));
        Ran made = run("localedef -i de_DE -f ISO-8859-1 " + locales.resolve("de_DE"), Map.of());
        if (!Files.exists(locales.resolve("de_DE"))) {
            System.out.println(
                    "Left out, textUnderALocaleOfLatin1IsUtf8OrRefused: no such locale can be made here: " + made);
            return;
        }
        Map<String, String> latin1 = Map.of("LOCPATH", locales + ":/usr/lib/locale", "LANG", "de_DE");
        Ran refused = run("$r enqueue \"$(printf 'gr\\366\\337e')\" Job", latin1);
        assertThat(refused.status).isEqualTo(ExitStatus.USAGE);
        assertThat(refused.err).contains("The argument \"gr", "e\" holds bytes that are not UTF-8; give it in UTF-8");
        assertThat(run("$r enqueue \"$(printf 'gr\\303\\266\\303\\237e')\" Job", latin1))
                .isEqualTo(new Ran(0, "Queued Job on größe\n", ""));
        // An argument may hold the character that stands for lost bytes, for example to remove a queue of that name.
        assertThat(run("$r enqueue \"$(printf 'gr\\357\\277\\275')\" Job", latin1))
                .isEqualTo(new Ran(0, "Queued Job on gr\uFFFD\n", ""));
        assertThat(resque.inspector().queues()).containsOnlyKeys("größe", "gr\uFFFD");
    }

    @Test
    void whatJavaCannotReadIsRefusedWithTheWayOut() throws Exception {
        // A program named locale says that POSIX is UTF-8, as on a machine without a UTF-8 locale, where Java finds
        // ASCII.
        Path programs = Files.createDirectories(home.resolve("programs"));
        Files.writeString(programs.resolve("locale"), "#!/bin/sh\necho UTF-8\n");
        assertThat(programs.resolve("locale").toFile().setExecutable(true)).isTrue();
        Ran refused = run(
                "$r enqueue \"$(printf 'gr\\303\\266\\303\\237e')\" Job",
                Map.of("LC_ALL", "C", "PATH", programs + ":" + System.getenv("PATH")));
        assertThat(refused.status).isEqualTo(ExitStatus.USAGE);
        assertThat(refused.err)
                .contains("cannot be read: the locale's encoding is ANSI_X3.4-1968; set LC_ALL to a UTF-8 locale");
        assertThat(resque.inspector().queues()).isEmpty();
    }

    /** QUEUE is set, so that a worker would start. */
    @Test
    void whatStandsBehindWorkIsRefused() throws Exception {
        for (String more : List.of("-r redis://prod", "-N shop", "high,low", "--verbose", "pool", "-- -r x")) {
            Ran ran = run("$r work " + more, Map.of("QUEUE", "q", "INTERVAL", "0"));
            assertThat(ran.status).as(more).isEqualTo(ExitStatus.USAGE);
            assertThat(ran.out).isEmpty();
            assertThat(ran.err).contains("A worker takes no options", "REDIS_URL", "PREFIX", "QUEUE");
        }
        for (String help : List.of("--help", "-h")) {
            Ran ran = run("$r work " + help, Map.of("QUEUE", "q", "INTERVAL", "0"));
            assertThat(ran.status).as(ran.err).isZero();
            assertThat(ran.out).contains("Usage: resque work", "REDIS_URL", "PREFIX");
        }
    }

    /** The invalid PIDFILE shows that no worker process is prepared. */
    @Test
    void helpOfAPoolIsNoStart() throws Exception {
        for (String help : List.of("pool -h", "pool -c x.yml --help")) {
            Ran ran = run("$r " + help, Map.of("PIDFILE", "/no/such/folder/pid"));
            assertThat(ran.status).as(ran.err).isZero();
            assertThat(ran.out).contains("Usage: resque pool");
        }
        assertThat(run("$r pool -a 'shop -h x' -c /no.yml", Map.of()).err).contains("there is no such file");
    }

    @Test
    void theOperatorsCollectorWins() throws Exception {
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "RESQUE_JAVA_OPTS")) {
            Ran ran = run("$r queues", Map.of(variable, "-XX:+UseParallelGC"));
            assertThat(ran.status).as(ran.err).isZero();
            assertThat(ran.out).isEqualTo("QUEUE  JOBS  STATE\n");
        }
    }
}
