package io.resque.core.internal.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.FailureListLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingReaderTest {
    private final List<Object> set = new ArrayList<>();

    private void read(Map<String, String> settings, Consumer<SettingReader> read) {
        read.accept(SettingReader.ofKeys(settings));
    }

    private void readEnvironment(Map<String, String> variables, Consumer<SettingReader> read) {
        read.accept(SettingReader.ofEnvironment(variables));
    }

    @Test
    void aSettingIsHandedToItsSetter() {
        read(Map.of("k", " text "), reader -> reader.text("k", set::add));
        read(Map.of("k", "u"), reader -> reader.url("k", set::add));
        read(Map.of("k", "n"), reader -> reader.namespace("k", set::add));
        read(Map.of("k", "true"), reader -> reader.isTrue("k", set::add));
        read(Map.of("k", "3"), reader -> reader.number("k", 3, 5, set::add));
        read(Map.of("k", "1000000000000"), reader -> reader.number("k", set::add));
        read(Map.of("k", "3s"), reader -> reader.duration("k", set::add));
        read(Map.of("k", "3KB"), reader -> reader.bytes("k", set::add));
        read(Map.of("k", "both"), reader -> reader.failureLists("k", set::add));
        read(Map.of("k", "a"), reader -> reader.isFirst("k", "a", "b", set::add));
        read(Map.of("k", "b"), reader -> reader.isFirst("k", "a", "b", set::add));
        read(Map.of("k", "x", "m", "y"), reader -> set.add(reader.others(List.of("k", "l"))));
        assertThat(set)
                .containsExactly(
                        "text",
                        "u",
                        "n",
                        true,
                        3,
                        1_000_000_000_000L,
                        Duration.ofSeconds(3),
                        3_072L,
                        FailureListLayout.BOTH,
                        true,
                        false,
                        Map.of("k", "x"));
    }

    @Test
    void aVariableIsHandedToTheSetterOfItsKey() {
        readEnvironment(Map.of("RESQUE_BACKEND", "jedis"), reader -> reader.text("backend", set::add));
        readEnvironment(Map.of("REDIS_BACKEND", "h"), reader -> reader.url("url", set::add));
        readEnvironment(Map.of("PREFIX", "n"), reader -> reader.namespace("namespace", set::add));
        readEnvironment(Map.of("DEAD_AFTER", "3"), reader -> reader.duration("dead-after", set::add));
        readEnvironment(Map.of("DEAD_AFTER", "300"), reader -> reader.duration("dead-after", set::add));
        readEnvironment(Map.of("RESQUE_STATUS_EXPIRY", "2h"), reader -> reader.duration("status-expiry", set::add));
        readEnvironment(Map.of("MAX_PAYLOAD", "16384"), reader -> reader.bytes("max-payload", set::add));
        readEnvironment(
                Map.of("FAILURE_BACKEND", "redis_multi_queue"),
                reader -> reader.failureLists("failure-lists", set::add));
        assertThat(set)
                .containsExactly(
                        "jedis",
                        "redis://h:6379",
                        "n",
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(300),
                        Duration.ofHours(2),
                        16_384L,
                        FailureListLayout.BY_QUEUE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DEAD_AFTER | 2 | a whole number from 3 to 300",
                "DEAD_AFTER | 3s | a whole number from 3 to 300",
                "MAX_PAYLOAD | 16KB | a whole number from 16384 to 536870912",
                "FAILURE_BACKEND | both | redis or redis_multi_queue",
            })
    void aVariableHasTheSpellingOfBinResque(String variable, String value, String what) {
        SettingReader reader = SettingReader.ofEnvironment(Map.of(variable, value));
        assertThatThrownBy(() -> {
                    reader.duration("dead-after", set::add);
                    reader.bytes("max-payload", set::add);
                    reader.failureLists("failure-lists", set::add);
                })
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(variable + " is \"" + value + "\"; it must be " + what);
        assertThat(set).isEmpty();
    }

    @Test
    void whatABuilderRefusesIsToldByItsKey() {
        assertThatThrownBy(() -> read(
                        Map.of("k", "x"),
                        reader -> reader.text("k", text -> {
                            throw new IllegalArgumentException("never " + text);
                        })))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("k is \"x\"; never x");
        assertThatThrownBy(() -> read(Map.of("k", "0"), reader -> reader.number("k", set::add)))
                .hasMessage("k is \"0\"; it must be a whole number from 1 to 1000000000000");
    }

    @Test
    void aKeyThatNobodyNamedIsRefused() {
        SettingReader reader = SettingReader.ofKeys(Map.of("b", "x", "bb", "y"));
        reader.text("a", set::add);
        reader.text("bb", set::add);
        reader.text("b", set::add);
        assertThat(reader.known()).containsExactly("a", "b", "bb");
        assertThatCode(() -> reader.refuseUnknown("; hint")).doesNotThrowAnyException();
        SettingReader other = SettingReader.ofKeys(Map.of("c", "x", "bb", "y"));
        other.url("bb", set::add);
        assertThatThrownBy(() -> other.refuseUnknown("; hint"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("There is no setting \"c\"; the nearest one is \"bb\"; hint");
        SettingReader environment = SettingReader.ofEnvironment(Map.of("HOME", "/root"));
        environment.url("url", set::add);
        environment.namespace("namespace", set::add);
        assertThat(environment.known()).containsExactly("namespace", "url");
        assertThatCode(() -> environment.refuseUnknown("")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "deadAfter, dead-after",
        "resque.url, url",
        "RESQUE_NAMESPACE, namespace",
        "worker.queue, queues",
        "serialiser, serializer",
        "failure-list, failure-lists",
        "rul, url",
        "sittin, sitting",
        "listener, listen",
    })
    void theNearestNameHasTheFewestChanges(String name, String nearest) {
        List<String> known = List.of(
                "url",
                "sitting",
                "serializer",
                "queues",
                "namespace",
                "listen",
                "failure-lists",
                "failure-age",
                "dead-after",
                "backend");
        assertThat(SettingNames.nearest(name, known)).isEqualTo(nearest);
        assertThat(SettingNames.nearest("abx", List.of("ab", "abx"))).isEqualTo("abx");
        assertThat(SettingNames.nearest("ab", List.of("zzzzab", "abc"))).isEqualTo("abc");
        assertThat(SettingNames.nearest("b", List.of("c", "a")))
                .as("by the alphabet")
                .isEqualTo("a");
    }

    @Test
    void aKeyWithoutAVariableIsAMistakeOfTheProgram() {
        assertThat(SettingReader.variables())
                .containsEntry("url", "REDIS_URL")
                .containsEntry("dead-after", "DEAD_AFTER");
        assertThatThrownBy(() -> SettingVariables.of("queues"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The key queues has no variable");
    }
}
