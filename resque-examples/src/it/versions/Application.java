import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.JobContext;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackend;
import io.resque.backend.lettuce.LettuceBackend;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.core.Worker;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A user's program, compiled and run with the libraries of its pom. Arguments: the URL of a Redis, and which of jedis,
 * lettuce, gson and jackson have a version that must be refused.
 */
public class Application {
    public record Address(String street, int number) {}

    public record Person(String name, Address address, List<Long> numbers, Map<String, Double> more) {}

    private static final Person KIM = new Person("Kim ö", new Address("Ro\u2028ad", 7), List.of(1L, 1L << 40), Map.of("k", 1.5));
    private static final List<Object> ARGUMENTS = Arrays.asList(
            null, "text ö \u2028 \ud83d\ude00", true, 42, 1L << 40, BigInteger.ONE.shiftLeft(80), 1.5, List.of(1, List.of()), Map.of("k", Map.of()));
    private static final Map<String, Object> PERSON = Map.of(
            "name", "Kim ö", "address", Map.of("street", "Ro\u2028ad", "number", 7), "numbers", List.of(1, 1L << 40), "more", Map.of("k", 1.5));

    public static void main(String[] args) throws Exception {
        String url = args[0];
        List<String> refused = Arrays.asList(args).subList(1, args.length);
        for (String backend : List.of("jedis", "lettuce")) {
            for (String serializer : List.of("gson", "jackson")) {
                if (!refused.contains(backend) && !refused.contains(serializer)) {
                    int queues = serializer.equals("gson") ? 1 : 20; // a worker of many queues uses CLIENT TRACKING
                    works(Resque.builder().url(url).backend(backend).serializer(serializer), queues);
                }
            }
        }
        for (String backend : List.of("jedis", "lettuce")) {
            if (refused.isEmpty()) {
                speaksTls(Resque.builder().url(url.replace("redis:", "rediss:") + "?timeout=300ms").backend(backend).serializer("gson"));
            }
        }
        for (String library : refused) {
            ResqueBuilder builder = Resque.builder().url(url);
            boolean isClient = List.of("jedis", "lettuce").contains(library);
            isRefused(library, isClient ? builder.backend(library).serializer(new NoSerializer()) : builder.serializer(library));
        }
        if (refused.isEmpty()) {
            Clients.work(URI.create(url));
        }
    }

    /** Connects by TLS to a server without TLS; the error must say so. */
    private static void speaksTls(ResqueBuilder builder) {
        try (Resque resque = builder.build()) {
            resque.enqueue("tls", "Never");
            throw new IllegalStateException("This server cannot know TLS");
        } catch (BackendUnavailableException e) {
            require("the way out: " + e.getMessage(), e.getMessage().contains("rediss://"));
        }
    }

    private static void isRefused(String library, ResqueBuilder builder) {
        try (Resque resque = builder.build()) {
            throw new IllegalStateException("This " + library + " must be refused when it is opened");
        } catch (ConfigurationException e) {
            require("its sentence: " + e.getMessage(),
                    e.getMessage().contains(library) && e.getMessage().matches(".+: set <[^ ]*version>.*"));
            System.out.println("REFUSED " + e.getMessage());
        }
    }

    /** For a test of the client alone. */
    private static final class NoSerializer implements JobSerializer {
        @Override
        public Payload encode(Object tree) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object decode(Payload payload) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object convert(Object tree, Type type) {
            throw new UnsupportedOperationException();
        }
    }

    /** Clients that the application has created. */
    private static final class Clients {
        static void work(URI url) throws Exception {
            try (var pool = new redis.clients.jedis.ConnectionPool(
                            new redis.clients.jedis.HostAndPort(url.getHost(), url.getPort()),
                            redis.clients.jedis.DefaultJedisClientConfig.builder().build());
                    QueueBackend backend = JedisBackend.using(pool, "given")) {
                works(Resque.builder().backend(backend).serializer("gson"), 1);
                require("the address: " + backend.endpoint(), backend.endpoint().equals(url.getHost() + ":" + url.getPort()));
            }
            var client = io.lettuce.core.RedisClient.create();
            var address = io.lettuce.core.RedisURI.create(url.getHost(), url.getPort());
            try (QueueBackend backend = LettuceBackend.using(client, address, "given")) {
                works(Resque.builder().backend(backend).serializer("jackson"), 1);
            }
            client.shutdown();
        }
    }

    private static void works(ResqueBuilder builder, int count) throws Exception {
        String queue = "versions-" + UUID.randomUUID();
        String[] queues = new String[count];
        Arrays.setAll(queues, i -> queue + (i == 0 ? "" : i));
        try (Resque resque = builder.build();
                Worker worker = resque.workerBuilder(queues)
                        .register("Arguments", () -> Application::arguments)
                        .register("Object", () -> context ->
                                require("the object", context.args().get(0, Person.class).equals(KIM)))
                        .register("Fails", () -> context -> {
                            throw new IllegalStateException("as it must");
                        })
                        .start()) {
            for (int again = 0; again < 2; again++) { // the second job finds a worker that waits
                is(resque, JobState.COMPLETE, resque.enqueueTracked(queue, "Arguments", ARGUMENTS.toArray()).orElseThrow());
                is(resque, JobState.COMPLETE, resque.enqueueTracked(queue, "Object", PERSON).orElseThrow());
                is(resque, JobState.FAILED, resque.enqueueTracked(queue, "Fails").orElseThrow());
            }
            worker.stop(Duration.ofSeconds(20));
            resque.enqueue(queue, "Left", 1);
            require("taken off the queue", resque.dequeueClasses(queue, List.of("Left")) == 1);
        }
    }

    private static void arguments(JobContext context) {
        List<Object> expected = new ArrayList<>(ARGUMENTS);
        expected.set(3, 42L);
        expected.set(7, List.of(1L, List.of()));
        require("the arguments: " + context.args(), expected.equals(context.args().asList()));
    }

    private static void is(Resque resque, JobState state, String token) throws Exception {
        JobStatus end = resque.follow(token, Duration.ofSeconds(20), change -> {}).orElseThrow();
        require(token + " to be " + state + ": " + end, end.state() == state);
    }

    private static void require(String what, boolean holds) {
        if (!holds) {
            throw new IllegalStateException("Expected " + what);
        }
    }
}
