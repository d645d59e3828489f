package io.resque.tck;

import static io.resque.tck.FaultProxy.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {
    private static final Predicate<List<byte[]>> INCR = command("incr");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static RedisServer server;
    private static RespClient direct;
    private final String key = server.newNamespace() + ":n";
    private FaultProxy proxy;
    private RespClient client;

    @BeforeAll
    static void start() {
        server = RedisServer.start("--requirepass", "secret");
        direct = server.client();
    }

    @AfterAll
    static void stop() {
        direct.close();
        server.close();
    }

    @BeforeEach
    void open() {
        proxy = FaultProxy.to(server.url());
        client = RespClient.connect(proxy.url());
    }

    @AfterEach
    void close() {
        client.close();
        proxy.close();
    }

    @Test
    void passesEverythingOn() {
        assertThat(client.number("INCR", key)).isOne();
        assertThat(client.number("INCR", key)).isEqualTo(2);
        assertThat(proxy.requests()).isEqualTo(3);
        assertThat(proxy.connections()).isOne();
    }

    @Test
    void cutsBeforeTheServer() {
        Fault fault = proxy.cutBefore(INCR);
        assertThat(client.text("PING")).isEqualTo("PONG");
        assertThatThrownBy(() -> client.call("INCR", key)).isInstanceOf(UncheckedIOException.class);
        fault.awaitCaught(LIMIT);
        assertThat(direct.text("GET", key)).isNull();
        try (RespClient next = RespClient.connect(proxy.url())) {
            assertThat(next.number("INCR", key)).isOne();
        }
    }

    @Test
    void cutsAfterTheServerActed() {
        Fault fault = proxy.cutAfter(INCR, 2);
        assertThatThrownBy(() -> client.call("INCR", key)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> fault.awaitCaught(Duration.ofMillis(1)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("of 2 times");
        try (RespClient next = RespClient.connect(proxy.url())) {
            assertThatThrownBy(() -> next.call("INCR", key)).isInstanceOf(UncheckedIOException.class);
        }
        fault.awaitCaught(LIMIT);
        assertThat(direct.text("GET", key)).isEqualTo("2");
    }

    @Test
    void deliversLateAfterACut() {
        client.call("SELECT", 3);
        Fault.Held held = proxy.holdAndCut(INCR);
        assertThatThrownBy(held::release).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> client.call("INCR", key)).isInstanceOf(UncheckedIOException.class);
        held.awaitCaught(LIMIT);
        direct.call("SELECT", 3);
        try {
            assertThat(direct.text("GET", key)).isNull();
            assertThat(held.release()).isEqualTo(1L);
            assertThat(direct.text("GET", key)).isEqualTo("1");
        } finally {
            direct.call("SELECT", 0);
        }
        assertThatThrownBy(held::release).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void deliversLateWhileTheClientStillWaits() throws Exception {
        Fault.Held held = proxy.holdSilently(INCR);
        CompletableFuture<Object> reply = CompletableFuture.supplyAsync(() -> client.call("INCR", key));
        held.awaitCaught(LIMIT);
        assertThat(direct.text("GET", key)).isNull();
        assertThat(held.release()).isEqualTo(1L);
        assertThatThrownBy(() -> reply.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        client.close();
        assertThatThrownBy(() -> reply.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
    }

    @Test
    void swallowsTheReplyWhileTheClientStillWaits() {
        Fault fault = proxy.swallowReply(INCR);
        CompletableFuture<Object> reply = CompletableFuture.supplyAsync(() -> client.call("INCR", key));
        fault.awaitCaught(LIMIT);
        assertThat(direct.number("GET", key)).isOne();
        assertThatThrownBy(() -> reply.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        client.close();
        assertThatThrownBy(() -> reply.get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
    }

    @Test
    void deliversAHeldExecWithItsTransaction() {
        Fault.Held held = proxy.holdAndCut(command("EXEC"));
        client.call("MULTI");
        client.call("INCR", key);
        client.call("INCR", key);
        assertThatThrownBy(() -> client.call("EXEC")).isInstanceOf(UncheckedIOException.class);
        assertThat(direct.text("GET", key)).isNull();
        held.awaitCaught(LIMIT);
        assertThat(held.release()).isEqualTo(List.of(1L, 2L));
    }

    @Test
    void throwsTheErrorThatALateRequestGets() {
        Fault.Held held = proxy.holdAndCut(INCR);
        assertThatThrownBy(() -> client.call("INCR", key)).isInstanceOf(UncheckedIOException.class);
        direct.call("SET", key, "text");
        held.awaitCaught(LIMIT);
        assertThatThrownBy(held::release).isInstanceOf(RespClient.RedisError.class);
    }

    @Test
    void sendsTwice() {
        Fault.Duplicated fault = proxy.duplicate(INCR);
        assertThat(client.number("INCR", key)).isOne();
        assertThat(client.number("INCR", key)).isEqualTo(3);
        fault.awaitDuplicated(LIMIT);
        assertThat(fault.caught()).isOne();
    }

    @Test
    void sendsATransactionTwice() {
        Fault.Duplicated fault = proxy.duplicate(command("EXEC"));
        client.call("MULTI");
        client.call("INCR", key);
        assertThat(client.call("EXEC")).isEqualTo(List.of(1L));
        fault.awaitDuplicated(LIMIT);
        assertThat(client.text("GET", key)).isEqualTo("2");
    }

    @Test
    void keepsThePipelineInOrder() throws Exception {
        proxy.duplicate(INCR.and(args -> proxy.requests() == 4));
        try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
            String one = "*2\r\n$4\r\nINCR\r\n$" + key.length() + "\r\n" + key + "\r\n";
            String login = "AUTH secret\r\n";
            socket.getOutputStream().write((login + one + one + one + one).getBytes(StandardCharsets.UTF_8));
            RespReader replies = new RespReader(socket.getInputStream());
            assertThat(replies.reply()).isEqualTo("OK");
            assertThat(replies.reply()).isEqualTo(1L);
            assertThat(replies.reply()).isEqualTo(2L);
            assertThat(replies.reply()).isEqualTo(4L);
            assertThat(replies.reply()).isEqualTo(5L);
        }
    }

    @Test
    void cutsInTheMiddleOfAPipeline() throws Exception {
        Fault fault = proxy.cutAfter(INCR.and(args -> proxy.requests() == 4));
        try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
            String one = "*2\r\n$4\r\nINCR\r\n$" + key.length() + "\r\n" + key + "\r\n";
            socket.getOutputStream().write(("AUTH secret\r\n" + one + one + one).getBytes(StandardCharsets.UTF_8));
            RespReader replies = new RespReader(socket.getInputStream());
            assertThat(replies.reply()).isEqualTo("OK");
            assertThat(replies.reply()).isEqualTo(1L);
            assertThatThrownBy(replies::reply).isInstanceOf(IOException.class);
        }
        fault.awaitCaught(LIMIT);
        assertThat(direct.text("GET", key)).isEqualTo("2");
    }

    @Test
    void speaksResp3() {
        Fault.Duplicated fault = proxy.duplicate(command("HGETALL"));
        client.call("HELLO", 3);
        client.call("HSET", key, "f", "v");
        assertThat(client.hash(key)).containsEntry("f", "v");
        fault.awaitDuplicated(LIMIT);
        assertThat(client.text("PING")).isEqualTo("PONG");
    }

    @Test
    void pausesAndResumes() throws Exception {
        proxy.pause();
        CompletableFuture<Long> reply = CompletableFuture.supplyAsync(() -> client.number("INCR", key));
        assertThatThrownBy(() -> reply.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(direct.text("GET", key)).isNull();
        proxy.resume();
        assertThat(reply.get(10, TimeUnit.SECONDS)).isOne();
    }

    @Test
    void cutsAndRefuses() {
        proxy.refuse(true);
        assertThat(client.text("PING")).isEqualTo("PONG");
        proxy.cutAll();
        assertThatThrownBy(() -> client.call("PING")).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> RespClient.connect(proxy.url())).isInstanceOf(UncheckedIOException.class);
        proxy.refuse(false);
        try (RespClient next = RespClient.connect(proxy.url())) {
            assertThat(next.text("PING")).isEqualTo("PONG");
        }
        assertThat(proxy.connections()).isEqualTo(3);
    }

    @Test
    void forgetsFaults() {
        proxy.cutBefore(INCR);
        proxy.clearFaults();
        assertThat(client.number("INCR", key)).isOne();
    }

    @Test
    void endsTheConnectionsOfAServerThatDies() {
        try (RedisServer mortal = RedisServer.start();
                FaultProxy between = FaultProxy.to(mortal.host(), mortal.port());
                RespClient through = RespClient.connect(between.url())) {
            assertThat(through.text("PING")).isEqualTo("PONG");
            mortal.kill();
            assertThatThrownBy(() -> through.call("PING")).isInstanceOf(UncheckedIOException.class);
        }
    }
}
