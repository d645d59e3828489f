package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.launcher.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The meaning of files of resque-pool, and the mistakes in them. */
class PoolFileTest {
    /** The file of resque-pool's README. */
    private static final String OF_README = "foo: 1\nbar: 2\n\"foo,bar,baz\": 1\n\nproduction:\n  \"foo,bar,baz\": 4\n";

    @TempDir
    Path folder;

    private PoolFile file(byte[] bytes, String environment) throws IOException {
        Path file = folder.resolve("pool.yml");
        Files.write(file, bytes);
        return new PoolFile(file, environment);
    }

    private Map<String, Integer> read(String text, String environment) throws IOException {
        return file(text.getBytes(StandardCharsets.UTF_8), environment).get();
    }

    @ParameterizedTest
    @CsvSource({",1", "development,1", "production,4", "Production,1"})
    void theListsOfAnEnvironmentCountOverTheOthers(String environment, int number) throws IOException {
        assertThat(read(OF_README, environment)).isEqualTo(Map.of("foo", 1, "bar", 2, "foo,bar,baz", number));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'*': 1 | * | 1",
                "\"mail_*,!low\": 2 | mail_*,!low | 2",
                "\"high, low ,\": 2 | high,low | 2",
                "off: 3 | off | 3",
                "007: 3 | 007 | 3",
                "1e3: 3 | 1e3 | 3",
                "a: \"2\" | a | 2",
                "a: 02 | a | 2",
                "größe: 0 | größe | 0",
                "production: 3 | production | 3",
                "a: 2 # as many | a | 2",
                "# a: <%= 3 %>~a: 2 | a | 2",
                "\uFEFFa: 2^~ | a | 2",
                "--- &all~a: 2 | a | 2",
            })
    void aListIsTextAsItIsWritten(String text, String queues, int number) throws IOException {
        assertThat(read(text.replace('~', '\n').replace('^', '\r'), "production"))
                .isEqualTo(Map.of(queues, number));
    }

    @Test
    void anEnvironmentCanTakeFromAnother() throws IOException {
        String text = "defaults: &defaults\n  a: 1\n  b: 2\nproduction:\n  <<: *defaults\n  b: 3\nstaging: {}\n";
        assertThat(read(text, "production")).isEqualTo(Map.of("a", 1, "b", 3));
        assertThat(read(text, "staging")).isEmpty();
        assertThat(read(text, null)).isEmpty();
        assertThat(read("\"a, b\": 1\nproduction:\n  \"a,b\": 0\n", "production"))
                .isEqualTo(Map.of("a,b", 0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | it is empty; write a line such as \"high,low\": 2",
                "# nothing | it is empty",
                "a | it holds no lists of queues",
                "- a | it holds no lists of queues",
                "a: -1 | the list \"a\" has \"-1\"; it must be a whole number from 0 to 1000",
                "a: 1001 | the list \"a\" has \"1001\"; it must be",
                "a: 99999999999 | has \"99999999999\"",
                "a: many | the list \"a\" has \"many\"",
                "a: 1.5 | the list \"a\" has \"1.5\"",
                "a: | the list \"a\" has no number",
                "a: [1] | the list \"a\" has more than a number; it must be",
                "production:~  a: no | the list \"a\" of production has \"no\"",
                "production:~  a:~    b: 1 | the list \"a\" of production has",
                "\",\": 1 | the list \",\" names no queue",
                "a: 1~a: 2 | it is no YAML in line 2: found duplicate key a",
                "\"a,b\": 1~\"a, b\": 2 | the list \"a, b\" is there twice",
                "staging:~  a: 1~  a: 2 | it is no YAML in line 3: found duplicate key a",
                "a: 1~\tb: 2 | it is no YAML in line 2: found character '\\t(TAB)'",
                "*: 1 | it is no YAML in line 1: found undefined alias",
                "a: <%= ENV['N'] or 3 %> | it holds ERB (<% … %>), which is not evaluated here; write the numbers",
                "<% if x %>~a: 1~<% end %> | it holds ERB",
                "a: !ruby/object:Object {} | it is no YAML in line 1: could not determine a constructor",
                "a: !!javax.script.ScriptEngineManager [x] | it is no YAML in line 1: could not determine a constructor",
                "a: 1~---~b: 2 | it is no YAML in line 2: but found another document",
                "? [a, b]~: 1 | it is no YAML: Non scalar key",
                "mail: &x [[*x]] | *x stands within what it names",
                "production: &x {mail: {a: *x}} | *x stands within what it names",
                "production: &x {<<: *x} | *x stands within what it names",
                "&x a: 1~b: &y {c: *y} | *y stands within what it names",
            })
    void whatCannotBeDoneIsToldWithTheFile(String text, String why) throws IOException {
        assertThatThrownBy(() -> read(text.replace('~', '\n'), "production"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The pool file " + folder.resolve("pool.yml") + ": ")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void nestingHasAnEnd(String opening) {
        assertThatThrownBy(() -> read(opening.repeat(100_000 / opening.length()), null))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("it is nested too deeply");
    }

    @Test
    void sizeAndAliasesHaveAnEnd() {
        assertThatThrownBy(() -> read("#".repeat(300_000), null)).hasMessageContaining("it is larger than 256 KiB");
        StringBuilder laughs = new StringBuilder("a0: &a0 {x: 1}\n");
        for (int i = 1; i < 40; i++) {
            laughs.append(String.format("a%d: &a%d%n  <<: [*a%d, *a%d]%n", i, i, i - 1, i - 1));
        }
        assertThatThrownBy(() -> read(laughs.toString(), null)).hasMessageContaining("Number of aliases");
        assertThatThrownBy(() ->
                        file(new byte[] {'a', (byte) 0xE4, ':', ' ', '1'}, null).get())
                .hasMessageContaining("it holds bytes that are not UTF-8");
        assertThatThrownBy(() -> new PoolFile(folder, null).get()).hasMessageContaining("it is no regular file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pool -c /no/such.yml | The pool file /no/such.yml: there is no such file",
                "pool | There is no resque-pool.yml and no config/resque-pool.yml here; name the pool file",
                "pool -d -c x.yml | set BACKGROUND=1 and PIDFILE=…",
                "pool --pidfile x.pid | set BACKGROUND=1 and PIDFILE=…",
                "pool --term-graceful --term-immediate -c x.yml | TERM can do one thing only",
                "pool extra | resque pool takes no argument \"extra\" here",
            })
    void aMistakeEndsWithStatus2(String line, String why) {
        StringWriter errors = new StringWriter();
        PrintWriter out = new PrintWriter(new StringWriter());
        int status = Main.run(new Environment(Map.of()), out, new PrintWriter(errors, true), line.split(" "));
        assertThat(errors.toString()).contains(why);
        assertThat(status).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void eachWorkerNeedsAPortOfItsOwn() throws IOException {
        Path file = folder.resolve("pool.yml");
        Files.writeString(file, "a: 1\nb: 1\n");
        StringWriter errors = new StringWriter();
        Environment environment = new Environment(Map.of("RESQUE_HTTP", "65535"));
        assertThat(Main.run(
                        environment,
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(errors, true),
                        "pool",
                        "-c",
                        file.toString()))
                .isEqualTo(ExitStatus.USAGE);
        assertThat(errors.toString())
                .contains("RESQUE_HTTP is \"65535\", and each of 2 workers takes a port of its own");
    }

    @Test
    void theEnvironmentNamesTheFileAndTheLists() throws IOException {
        Path file = folder.resolve("pool.yml");
        Files.writeString(file, "production:\n  a: 2000\n");
        for (String variable : List.of("RACK_ENV", "RAILS_ENV", "RESQUE_ENV")) {
            StringWriter errors = new StringWriter();
            PrintWriter out = new PrintWriter(new StringWriter());
            Environment environment =
                    new Environment(Map.of("RESQUE_POOL_CONFIG", file.toString(), variable, "production"));
            assertThat(Main.run(environment, out, new PrintWriter(errors, true), "pool"))
                    .isEqualTo(ExitStatus.USAGE);
            assertThat(errors.toString()).contains("the list \"a\" of production has \"2000\"");
        }
    }
}
