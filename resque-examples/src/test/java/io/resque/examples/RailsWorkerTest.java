package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.core.WorkerBuilder;
import io.resque.launcher.ProcessJobExecutor;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The jobs of whole Rails applications, 6.1 to 8.0, in a worker of the example. */
@Timeout(120)
class RailsWorkerTest {
    private static final RedisServer SERVER = RedisServer.forTests();

    private final String namespace = SERVER.newNamespace();
    private final RespClient redis = SERVER.client();
    private final Resque resque = Resque.builder()
            .url(SERVER.url())
            .namespace(namespace)
            .backend("jedis")
            .serializer("gson")
            .build();

    @AfterEach
    void close() {
        resque.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    private static List<String> jobs() {
        try (InputStream in = RailsWorkerTest.class.getResourceAsStream("rails-jobs.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void work(UnaryOperator<WorkerBuilder> options) {
        redis.call("SADD", namespace + ":queues", "default");
        jobs().forEach(job -> redis.call("RPUSH", namespace + ":queue:default", job));
        options.apply(resque.workerBuilder("default").module(new RailsWorker())).drain();
        assertThat(redis.texts("LRANGE", namespace + ":failed", 0, -1)).isEmpty();
        assertThat(redis.text("GET", namespace + ":stat:processed")).isEqualTo(Integer.toString(jobs().size()));
    }

    @Test
    void eachJobRunsInThreads() {
        work(builder -> builder);
        assertThat(resque.delayed().count()).as("jobs for Ruby").isEqualTo(others());
    }

    @Test
    void eachJobRunsInChildProcesses() {
        work(builder ->
                builder.executor(ProcessJobExecutor.builder().jobsPerFork(1000).build()));
        assertThat(resque.delayed().count()).as("jobs for Ruby").isEqualTo(others());
    }

    private static long others() {
        return jobs().stream()
                .filter(job -> !job.contains("\"WelcomeJob\"")
                        && !job.contains("MailDeliveryJob")
                        && !job.contains("\"ReportJob\""))
                .count();
    }
}
