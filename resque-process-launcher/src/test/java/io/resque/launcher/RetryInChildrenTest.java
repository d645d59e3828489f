package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retries of jobs that run in child processes, by the policies of their module. */
@Timeout(120)
class RetryInChildrenTest {
    private static final RedisServer SERVER = RedisServer.forTests();

    private final String namespace = SERVER.newNamespace();
    private final RespClient redis = SERVER.client();
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();

    @AfterEach
    void close() {
        resque.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    /** The worker knows the superclasses of an exception of which it has only the name. */
    @Test
    @WireRule("W-695")
    void theNextRunKnowsTheFailureOfAnotherProcess() throws Exception {
        resque.enqueue("q", "Failing");
        resque.enqueue("q", "Dying");
        resque.enqueue("q", "Parent");
        resque.workerBuilder("q")
                .module(new RetryJobs())
                .executor(ProcessJobExecutor.builder().build())
                .drain();
        assertThat(redis.texts("LRANGE", namespace + ":queue:seen", 0, -1))
                .containsExactlyInAnyOrder(
                        "{\"class\":\"Seen\",\"args\":[\"Failing\",1,\"java.net.ConnectException\",\"half\"]}",
                        "{\"class\":\"Seen\",\"args\":[\"Dying\",1,\"Resque::DirtyExit\",[\"some\",7]]}",
                        "{\"class\":\"Seen\",\"args\":[],\"java_retry\":{\"attempt\":0,\"policy\":"
                                + "{\"limit\":3,\"on\":{\"java.io.IOException\":{\"limit\":0}}}}}");
        assertThat(resque.failures().count()).isZero();
        assertThat(redis.text("GET", namespace + ":stat:java:retried")).isEqualTo("2");
    }

    @Test
    void aJobInAnotherProcessEnqueuesAUniqueJobOnce() throws Exception {
        resque.enqueue("q", "Twice");
        resque.workerBuilder("q")
                .module(new RetryJobs())
                .executor(ProcessJobExecutor.builder().build())
                .drain();
        assertThat(redis.texts("LRANGE", namespace + ":queue:once", 0, -1))
                .containsExactly("{\"class\":\"First\",\"args\":[true]}", "{\"class\":\"Second\",\"args\":[false]}");
        assertThat(redis.number("EXISTS", namespace + ":java:lock:until_done:seen:once 7"))
                .isOne();
    }
}
