package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.core.internal.settings.SettingReader;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings as text, and each row of {@code docs/configuration.md}. */
@Timeout(120)
class ConfigurationTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static final Resque MEMORY =
            Resque.builder().url("memory:").serializer("gson").build();

    /** What makes a value wrong, for keys that do not take any text. */
    private static final String WRONG = "no, never";

    private static final Set<String> ANY_TEXT = Set.of(
            "url",
            "namespace",
            "backend",
            "serializer",
            "status-store",
            "status-store-url",
            "queues",
            "heartbeat-file",
            "scheduler-lock-prefix");

    private static final Set<String> EXECUTOR = Set.of("jobs-per-fork", "may-leave", "java-options");

    private static List<List<String>> rows(int columns) {
        try {
            return Files.readAllLines(PAGE).stream()
                    .filter(line -> line.startsWith("| `"))
                    .map(line -> List.of(line.substring(1).split("\\|")))
                    .filter(cells -> cells.size() == columns)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map(each -> each.group(1)).toList();
    }

    static Stream<Arguments> ofResque() {
        return rows(5).stream()
                .map(cells -> Arguments.of(
                        codes(cells.get(0)).get(0),
                        codes(cells.get(1)),
                        codes(cells.get(2)).get(0),
                        codes(cells.get(3)).get(0),
                        codes(cells.get(4))));
    }

    static Stream<Arguments> ofWorker() {
        return rows(3).stream() // a test of the executor reads its own rows
                .filter(cells -> !EXECUTOR.contains(codes(cells.get(0)).get(0)))
                .map(cells -> Arguments.of(
                        codes(cells.get(0)).get(0),
                        codes(cells.get(1)),
                        codes(cells.get(2)).get(0)));
    }

    /** The value of each field. */
    private static Map<String, Object> state(Object builder) throws IllegalAccessException {
        Map<String, Object> state = new TreeMap<>();
        for (Field field : builder.getClass().getDeclaredFields()) {
            if (field.getName().equals("isFromEnvironment")) {
                continue; // only for the words of messages
            }
            field.setAccessible(true);
            Object value = field.get(builder);
            if (value instanceof AdapterChoice) {
                state.putAll(state(value));
                continue;
            }
            boolean bySameValue = value == null
                    || value instanceof Enum
                    || value.getClass().getPackageName().startsWith("java.");
            state.put(
                    field.getName(),
                    bySameValue ? Objects.toString(value) : value.getClass().getName());
            if (field.getName().equals("queues")) {
                state.put(field.getName(), value.toString());
            }
        }
        return state;
    }

    private static Set<String> changed(Map<String, Object> before, Map<String, Object> after) {
        return after.keySet().stream()
                .filter(name -> !Objects.equals(before.get(name), after.get(name)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, String> map(String key, String value) {
        Map<String, String> map = new HashMap<>(Map.of(key, value));
        for (String name : List.of("status-store", "RESQUE_STATUS_STORE")) { // one needs the other
            String url = name.equals("status-store") ? "status-store-url" : "RESQUE_STATUS_STORE_URL";
            if (key.equals(url)) {
                map.put(name, "jedis");
            } else if (key.equals(name)) {
                map.put(url, "redis://other/1");
            }
        }
        return map;
    }

    @ParameterizedTest
    @MethodSource("ofResque")
    void aRowOfResque(String key, List<String> values, String method, String variable, List<String> variables)
            throws Exception {
        assertThat(SettingReader.variables()).containsEntry(key, variable);
        assertThat(Stream.of(ResqueBuilder.class.getMethods()).map(each -> each.getName()))
                .contains(method);
        Map<String, Object> before = state(Resque.builder());
        Map<String, Object> byKey = state(Resque.builder().configure(map(key, values.get(0))));
        Map<String, Object> byVariable =
                state(Resque.builder().configureFromEnvironment(map(variable, variables.get(0))));
        assertThat(changed(before, byKey)).as("has an effect").isNotEmpty().hasSizeLessThan(3);
        assertThat(byVariable).isEqualTo(byKey);
        for (String value : values) {
            Resque.builder().configure(map(key, value));
        }
        for (String value : variables) {
            Resque.builder().configureFromEnvironment(map(variable, value));
        }
        if (!ANY_TEXT.contains(key)) {
            assertRefused(() -> Resque.builder().configure(Map.of(key, WRONG)), key);
            assertRefused(() -> Resque.builder().configureFromEnvironment(Map.of(variable, WRONG)), variable);
        }
    }

    private static void assertRefused(Runnable call, String name) {
        assertThatThrownBy(call::run)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(name + " is \"" + WRONG + "\"; ");
    }

    private static WorkerBuilder worker() {
        return MEMORY.workerBuilder("a");
    }

    @ParameterizedTest
    @MethodSource("ofWorker")
    void aRowOfAWorker(String key, List<String> values, String method) throws Exception {
        assertThat(Stream.of(WorkerBuilder.class.getMethods()).map(each -> each.getName()))
                .contains(method.equals("Resque.workerBuilder") ? "configure" : method);
        String value = values.get(0);
        Map<String, Object> before = state(worker());
        assertThat(changed(before, state(worker().configure(Map.of(key, value)))))
                .as("has an effect")
                .hasSize(1);
        if (!ANY_TEXT.contains(key)) {
            assertRefused(() -> worker().configure(Map.of(key, WRONG)), key);
        }
    }

    private static List<String> knownToAWorker() {
        SettingReader reader = SettingReader.ofKeys(Map.of());
        worker().read(reader);
        return reader.known();
    }

    @Test
    void eachKeyHasARow() {
        SettingReader reader = SettingReader.ofKeys(Map.of());
        Resque.builder().read(reader);
        assertThat(ofResque().map(row -> (String) row.get()[0])).containsExactlyInAnyOrderElementsOf(reader.known());
        assertThat(SettingReader.variables().keySet()).containsExactlyInAnyOrderElementsOf(reader.known());
        assertThat(ofWorker().map(row -> (String) row.get()[0])).containsExactlyInAnyOrderElementsOf(knownToAWorker());
    }

    @ParameterizedTest
    @CsvSource({
        "deadAfter, dead-after",
        "resque.url, url",
        "RESQUE_NAMESPACE, namespace",
        "serialiser, serializer",
        "failure-list, failure-lists",
        "heartbeat, heartbeat-file",
        "timeout, ''",
    })
    void anUnknownKeyIsRefusedWithTheNearestOne(String key, String nearest) {
        assertThatThrownBy(() -> Resque.builder().configure(Map.of(key, "x", "url", "memory:")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("There is no setting \"" + key + "\"; the nearest one is \"" + nearest);
    }

    @Test
    void anUnknownKeyOfAWorkerMayBeOfAnExecutor() {
        assertThatThrownBy(() -> worker().configure(Map.of("jobs-per-fork", "3")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("There is no setting \"jobs-per-fork\"; the nearest one is \"")
                .hasMessageEndingWith("; an executor that \"executor\" names can have more");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dead-after | 200 | dead-after is \"200\"; it must be a duration with its unit",
                "dead-after | 10m | dead-after is \"10m\"; deadAfter must be at most 300 s",
                "heartbeat-interval | 0s | heartbeat-interval is \"0s\"; heartbeatInterval must be at least a second",
                "requeue-after-worker-death | 1 | requeue-after-worker-death is \"1\"; it must be a whole number from 2 to 1000",
                "recover-by-pid | yes | recover-by-pid is \"yes\"; it must be true or false",
                "failure-lists | all | failure-lists is \"all\"; it must be common, by-queue or both",
                "max-payload | 16 MiB | max-payload is \"16 MiB\"; it must be a number of bytes, such as",
                "max-payload | 1KB | max-payload is \"1KB\"; maxPayload must be at least 16384",
                "failure-limit | 0 | failure-limit is \"0\"; it must be a whole number from 1",
                "heartbeat-file | /no/such/folder/x | heartbeat-file is \"/no/such/folder/x\"; The folder of the heartbeat file",
                "max-payload | 9999999999GB | max-payload is \"9999999999GB\"; it must be a number of bytes below 8 EiB",
                "dead-after | redis://u:secret/0 | dead-after is \"redis://…\"; it must be a duration with its unit",
                "dead-after | u:secret@h:6379 | dead-after is \"…@h:6379\"; it must be a duration with its unit",
            })
    void aBadValueIsToldByItsKey(String key, String value, String message) {
        assertThatThrownBy(() -> Resque.builder().configure(Map.of(key, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({
        "status-store-url, redis://u:secret/0, status-store-url, status-store",
        "status-store, jedis, status-store, status-store-url",
    })
    void aStatusStoreNeedsItsUrlAndTheUrlItsStore(String key, String value, String there, String absent) {
        assertThatThrownBy(() -> Resque.builder().configure(Map.of(key, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        there + " is set, but " + absent
                                + " is not; set both or none, such as status-store=jedis and status-store-url=redis://localhost:6379/1");
        Map<String, String> variables = SettingReader.variables();
        assertThatThrownBy(() -> Resque.builder().configureFromEnvironment(Map.of(variables.get(key), value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(variables.get(there) + " is set, but " + variables.get(absent)
                        + " is not; set both or none, such as RESQUE_STATUS_STORE=jedis and"
                        + " RESQUE_STATUS_STORE_URL=redis://localhost:6379/1");
    }

    @Test
    void aNullSetsNothing() throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("url", null);
        settings.put("failure-limit", null);
        assertThat(state(Resque.builder().configure(settings))).isEqualTo(state(Resque.builder()));
        assertThat(state(Resque.builder().configureFromEnvironment(settings))).isEqualTo(state(Resque.builder()));
        settings.put("no-such-key", null);
        assertThatThrownBy(() -> Resque.builder().configure(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("There is no setting \"no-such-key\"");
    }

    @Test
    void aBlankValueSetsNothing() throws Exception {
        assertThat(state(Resque.builder().configure(Map.of("url", " ", "dead-after", ""))))
                .isEqualTo(state(Resque.builder()));
    }

    @Test
    void aWorkerFromSettingsAlone() throws Exception {
        List<String> done = new ArrayList<>();
        try (Resque resque = Resque.builder()
                .configure(Map.of("url", "memory:", "serializer", "gson"))
                .build()) {
            resque.enqueue("mail", "A");
            resque.enqueue("low", "A");
            Worker worker = resque.workerBuilder(
                            Map.of("queues", "mail,low", "until-empty", "true", "start", "wait", "executor", "thread"))
                    .register("A", () -> context -> done.add(context.queue()))
                    .start();
            worker.join();
        }
        assertThat(done).containsExactly("mail", "low");
        assertThatThrownBy(() -> MEMORY.workerBuilder(Map.of("concurrency", "2")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("The setting \"queues\" of a worker is missing");
    }

    /** A list that is read twice also warns twice. */
    @Test
    void theQueuesOfSettingsAreReadOnce() {
        String warning = "Braces are no alternatives in the queues of a worker";
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            MEMORY.workerBuilder(Map.of("queues", "{a,b}"));
            assertThat(log.lines()).filteredOn(line -> line.contains(warning)).hasSize(1);
        }
    }

    @Test
    void wrongQueuesAreToldByTheirKey() {
        assertThatThrownBy(() -> MEMORY.workerBuilder(Map.of("queues", "!low")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("queues is \"!low\"; A worker needs a queue");
        assertThatThrownBy(() -> worker().configure(Map.of("queues", "!low")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("queues is \"!low\"; A worker needs a queue");
    }

    /** The one with the shorter time is interrupted, while the other one still has its own. */
    @Test
    void eachWorkerHasItsOwnStopTimeout() throws Exception {
        List<String> ends = new ArrayList<>();
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(1);
        try (Resque resque = Resque.builder().url("memory:").serializer("gson").build()) {
            resque.workerBuilder("short")
                    .configure(Map.of("stop-timeout", "100ms"))
                    .register("Wait", () -> context -> {
                        begun.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } finally {
                            ends.add("interrupted");
                            interrupted.countDown();
                        }
                    })
                    .start();
            resque.workerBuilder("long")
                    .stopTimeout(Duration.ofMinutes(5))
                    .register("Wait", () -> context -> {
                        begun.countDown();
                        interrupted.await();
                        ends.add("done");
                    })
                    .start();
            resque.enqueue("short", "Wait");
            resque.enqueue("long", "Wait");
            begun.await();
        }
        assertThat(ends).containsExactly("interrupted", "done");
    }
}
