package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.core.Resque;
import io.resque.core.WorkerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings of the executor as text, in the last table of {@code docs/configuration.md}. */
class ExecutorSettingsTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| `([^`]+)` \\| `([^`]+)` \\|");

    /** Never connected. */
    private final Resque resque =
            Resque.builder().backend("jedis").serializer("gson").build();

    @AfterEach
    void close() {
        resque.close();
    }

    static Stream<Arguments> rows() throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        return lines
                .subList(
                        lines.indexOf("| Key of the executor | For example | Method of `ProcessJobExecutor.Builder` |"),
                        lines.size())
                .stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> Arguments.of(row.group(1), row.group(2), row.group(3)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aRow(String key, String value, String method) {
        assertThat(Stream.of(ProcessJobExecutor.Builder.class.getMethods()).map(each -> each.getName()))
                .contains(method);
        ProcessJobExecutor before = new ProcessJobExecutor();
        assertThat(((ProcessJobExecutor) before.with(Map.of(key, value))).options())
                .isNotEqualTo(before.options());
        assertThat(((ProcessJobExecutor) before.with(Map.of())).options()).isEqualTo(before.options());
        WorkerBuilder worker = resque.workerBuilder("a").configure(Map.of("executor", "process", key, value));
        assertThat(worker).isNotNull();
    }

    @Test
    void eachHasARow() throws IOException {
        assertThat(rows().map(row -> row.get()[0]))
                .containsExactlyInAnyOrderElementsOf(new ProcessJobExecutor().settings());
    }

    @Test
    void mistakesAreTold() {
        assertThatThrownBy(
                        () -> resque.workerBuilder("a").configure(Map.of("executor", "process", "jobs-per-fork", "0")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("jobs-per-fork is \"0\"; it must be a whole number from 1");
        assertThatThrownBy(
                        () -> resque.workerBuilder("a").configure(Map.of("executor", "process", "jobs-per-child", "3")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("There is no setting \"jobs-per-child\"; the nearest one is \"jobs-per-fork\"");
        assertThatThrownBy(() -> resque.workerBuilder("a").configure(Map.of("executor", "proces")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("executor is \"proces\"; ");
    }
}
