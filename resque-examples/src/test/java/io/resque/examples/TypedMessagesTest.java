package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailureFilter;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.core.InThreadExecutorProvider;
import io.resque.core.Resque;
import io.resque.launcher.ProcessJobExecutor;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message of each argument that does not fit is the same with each serializer, in a thread and in a child. */
@Timeout(120)
class TypedMessagesTest {
    private static final RedisServer SERVER = RedisServer.forTests();

    enum Size {
        SMALL,
        LARGE
    }

    record Item(String name, int count) {}

    record Order(long id, String name, Size size, List<Item> items, Optional<Double> rate) {}

    /** A class that only a JSON library can make. */
    static class Note {
        public int number;
    }

    /** The jobs. */
    public static final class Jobs implements JobModule {
        static final JobType<Order> ORDER = JobType.of("Order", "q", Order.class);

        /** A child needs it. */
        public Jobs() {}

        @Override
        public void register(JobRegistry jobs) {
            jobs.register(ORDER, (order, context) -> context.enqueue("done", order.name()));
            jobs.register("Note", () -> context -> {
                Note note = context.args().get(0, Note.class);
                context.enqueue("done", "note " + note.number);
            });
            jobs.register("When", () -> context -> context.args().get(0, Instant.class));
        }
    }

    /** Arguments of the job {@code Order}, or of another one, with the message that they must give. */
    private static Map<JobSpec, String> wrong() {
        String integer = "an integer from -9223372036854775808 to 9223372036854775807";
        List<Object> items = List.of(Map.of("name", "a", "count", 1));
        Map<JobSpec, String> wrong = new LinkedHashMap<>();
        wrong.put(
                order("x", "n", "SMALL", items), "Argument 0 (id) of Order is a string of 1 character, not " + integer);
        wrong.put(order(1.5, "n", "SMALL", items), "Argument 0 (id) of Order is a number, not " + integer);
        wrong.put(
                order(Map.of("a", 1), "n", "SMALL", items),
                "Argument 0 (id) of Order is an object with [a], not " + integer);
        wrong.put(order(List.of(), "n", "SMALL", items), "Argument 0 (id) of Order is an array of 0, not " + integer);
        wrong.put(order(null, "n", "SMALL", items), "Argument 0 (id) of Order is null, not " + integer);
        wrong.put(order(1, 2, "SMALL", items), "Argument 1 (name) of Order is a number, not a string");
        wrong.put(order(1, true, "SMALL", items), "Argument 1 (name) of Order is a boolean, not a string");
        wrong.put(
                order(1, "n", "small", items),
                "Argument 2 (size) of Order is a string of 5 characters, not one of [SMALL, LARGE]");
        wrong.put(order(1, "n", 0, items), "Argument 2 (size) of Order is a number, not one of [SMALL, LARGE]");
        wrong.put(
                order(1, "n", "SMALL", "items"),
                "Argument 3 (items) of Order is a string of 5 characters, not an array");
        wrong.put(
                order(1, "n", "SMALL", List.of(7)),
                "Argument 3 (items[0]) of Order is a number, not an object for Item");
        wrong.put(
                order(1, "n", "SMALL", List.of(Map.of("name", "a", "count", 3_000_000_000L))),
                "Argument 3 (items[0].count) of Order is a number, not an integer from -2147483648 to" + " 2147483647");
        wrong.put(
                order(1, "n", "SMALL", List.of(Map.of("name", "a"))),
                "Argument 3 (items[0]) of Order has no \"count\", which Item needs; it has [name]");
        wrong.put(
                order(1, "n", "SMALL", items, "high"),
                "Argument 4 (rate) of Order is a string of 4 characters, not a number that a double holds");
        wrong.put(
                order(1, "n"),
                "Order was given 2 arguments, so that argument 2 (size) is missing: Order has 5 components, and only"
                        + " Optionals at its end can be left out");
        wrong.put(
                order(1, "n", "SMALL", items, 0.5, "more"),
                "Order was given 6 arguments, more than the 5 components of Order");
        wrong.put(order(Map.of("nam", "n")), "Argument 0 of Order has no \"id\", which Order needs; it has [nam]");
        wrong.put(
                JobSpec.of("Note", "x"),
                "Argument 0 of Note is a string of 1 character, not an io.resque.examples.TypedMessagesTest$Note");
        wrong.put(
                JobSpec.of("Note", Map.of("number", List.of())),
                "Argument 0 of Note is an object with [number], not an io.resque.examples.TypedMessagesTest$Note");
        wrong.put(JobSpec.of("When", true), "Argument 0 of When is a boolean, not a java.time.Instant");
        return wrong;
    }

    private static JobSpec order(Object... args) {
        return JobSpec.of("Order", args);
    }

    @ParameterizedTest
    @CsvSource({"gson, thread", "gson, process", "jackson, thread", "jackson, process"})
    void sayTheSame(String serializer, String where) {
        String namespace = SERVER.newNamespace();
        JobExecutorProvider executor = where.equals("thread")
                ? new InThreadExecutorProvider()
                : ProcessJobExecutor.builder().jobsPerFork(100).build();
        Map<JobSpec, String> wrong = wrong();
        List<String> messages = new ArrayList<>();
        try (RespClient redis = SERVER.client();
                Resque resque = Resque.builder()
                        .url(SERVER.url())
                        .namespace(namespace)
                        .backend("jedis")
                        .serializer(serializer)
                        .build()) {
            resque.enqueue(Jobs.ORDER, new Order(1, "right", Size.LARGE, List.of(new Item("a", 1)), Optional.empty()));
            resque.enqueue("q", "Note", Map.of("number", 7));
            resque.enqueueAll("q", List.copyOf(wrong.keySet()));
            resque.workerBuilder("q").module(new Jobs()).executor(executor).drain();
            resque.inspector().peek("done", 0, 10).forEach(job -> messages.add(job.jobClass()));
            resque.failures().oldest(FailureFilter.all(), 0, 100).forEach(job -> messages.add(job.error()));
            redis.deleteKeys(namespace + ":");
        }
        List<String> expected = new ArrayList<>(Arrays.asList("right", "note 7"));
        expected.addAll(wrong.values());
        assertThat(messages).isEqualTo(expected);
    }
}
