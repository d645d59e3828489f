package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.JobState;
import io.resque.api.spi.StatusStore;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of a separate store: its namespace, a server in trouble, a broken connection. */
@NeedsFeature(Feature.REDIS_KEYS)
abstract class StatusFaultRules extends StatusBench {
    StatusFaultRules(StatusHome home) {
        super(home);
    }

    private static boolean waits(StatusStore store) {
        return store.write(change(TOKEN, JobState.WAITING, null, null));
    }

    @Test
    @WireRule("W-104")
    void theNamespaceStandsBeforeItsKeysToo() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            waits(open(own.url(), "").store());
            waits(open(own.url(), "a:b").store());
            assertThat(client.keys("*"))
                    .as("the key must be 'job:<token>:status', after the namespace and a colon unless it is empty")
                    .containsExactly("a:b:job:t-1:status", "job:t-1:status");
        }
    }

    @Test
    @WireRule("W-908")
    void aServerThatForgotItsScriptsIsTaughtAgain() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            StatusStore there = open(own.url(), namespace).store();
            waits(there);
            client.call("SCRIPT", "FLUSH");
            assertThat(there.write(change(TOKEN, JobState.RUNNING, null, null))).isTrue();
        }
    }

    @Test
    @WireRule("W-910")
    void whereNobodyListensNothingWasSent() {
        int port = Sockets.freePort();
        StatusStore nowhere =
                open("redis://127.0.0.1:" + port + "/0", namespace).store();
        BackendUnavailableException e = catchThrowableOfType(BackendUnavailableException.class, () -> waits(nowhere));
        assertThat(e).as("open need not connect, but a call must throw").isNotNull();
        assertThat(e.maybeApplied())
                .as("nothing was sent, so maybeApplied must be false")
                .isFalse();
        assertThat(e).hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    @WireRule({"W-907", "W-901"})
    void aCallWithoutAnswerIsToldAndTheNextMakesALineAnew() {
        try (FaultProxy proxy = FaultProxy.to(url())) {
            StatusStore remote = open(proxy.url(), namespace).store();
            waits(remote);
            proxy.cutAll();
            Eventually.until("a call must succeed again after the connection was cut", BackendRules.LIMIT, () -> {
                try {
                    return remote.find(TOKEN).isPresent();
                } catch (BackendUnavailableException e) {
                    return false;
                }
            });
            rule("W-901");
            Fault cut = proxy.cutAfter(args -> args.stream().anyMatch(arg -> new String(arg).equals(key(TOKEN))));
            BackendUnavailableException e = catchThrowableOfType(
                    BackendUnavailableException.class,
                    () -> remote.write(change(TOKEN, JobState.COMPLETE, null, null)));
            cut.awaitCaught(BackendRules.LIMIT);
            assertThat(e).as("no answer came, so the call must throw").isNotNull();
            assertThat(e.maybeApplied())
                    .as("the request was sent, so maybeApplied must be true")
                    .isTrue();
            assertThat(seen(TOKEN)).contains(JobState.COMPLETE);
        }
    }

    @Test
    @WireRule("W-911")
    void aFullServerIsToldAndKeepsWhatItHas() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            StatusStore there = open(own.url(), namespace).store();
            waits(there);
            Map<String, Object> before = client.dump(namespace + ":");
            client.call("CONFIG", "SET", "maxmemory", 1);
            assertThatThrownBy(
                            () -> there.write(change(TOKEN, JobState.COMPLETE, null, null)),
                            "the server answered, so the exception must not be a BackendUnavailableException")
                    .isInstanceOf(BackendException.class)
                    .isNotInstanceOf(BackendUnavailableException.class);
            client.call("CONFIG", "SET", "maxmemory", 0);
            assertThat(client.dump(namespace + ":")).isEqualTo(before);
        }
    }

    @Test
    @WireRule("W-913")
    void messagesHoldNoSecret() {
        try (RedisServer own = RedisServer.start("--requirepass", "s3cret")) {
            StatusStore wrong = open("redis://:wr0ng@127.0.0.1:" + own.port() + "/0", namespace)
                    .store();
            assertThatThrownBy(
                            () -> waits(wrong),
                            "the server answered, so this must be a BackendException; no password must be in it")
                    .isInstanceOf(BackendException.class)
                    .isNotInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("wr0ng");
            assertThat(waits(open(own.url(), namespace).store())).isTrue();
        }
    }
}
