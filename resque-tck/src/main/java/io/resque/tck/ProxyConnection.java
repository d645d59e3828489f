package io.resque.tck;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection through the {@link FaultProxy}. One thread forwards the requests, another one the replies;
 * the first tells the second by a queue what to do with each reply.
 */
final class ProxyConnection {
    private interface OnReply {
        void take(byte[] reply) throws IOException;
    }

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server;
    private final RespReader fromClient;
    private final RespReader fromServer;
    private final OutputStream toClient;
    private final OutputStream toServer;
    /** What to do with each reply, in the order of the requests. Only the thread of the requests adds to it. */
    private final Queue<OnReply> awaited = new ArrayDeque<>();

    private final List<byte[]> login = new ArrayList<>();
    private final List<byte[]> transaction = new ArrayList<>();
    private boolean clientGone;
    private volatile boolean ended;

    ProxyConnection(FaultProxy proxy, Socket client, Socket server) throws IOException {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        fromClient = new RespReader(client.getInputStream());
        toClient = client.getOutputStream();
        fromServer = new RespReader(server.getInputStream());
        toServer = server.getOutputStream();
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    void begin() {
        begin("requests", this::passRequests);
        begin("replies", this::passReplies);
    }

    private void begin(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException e) {
                        close();
                    } catch (RuntimeException e) {
                        close();
                        throw e;
                    }
                },
                "fault-proxy-" + proxy.port() + "-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    boolean hasEnded() {
        return ended;
    }

    void close() {
        ended = true;
        Sockets.close(client);
        Sockets.close(server);
        synchronized (awaited) {
            awaited.notifyAll();
        }
        proxy.ended(this);
    }

    private void passRequests() throws IOException, InterruptedException {
        boolean open = true;
        while (open) {
            List<byte[]> args = fromClient.request();
            if (args == null) {
                server.shutdownOutput();
                return;
            }
            Fault fault = args.isEmpty() ? null : proxy.claim(args);
            open = proxy.mayPass(this) && pass(args, fromClient.raw(), fault);
        }
    }

    /** Forwards one request, or applies a fault to it; false if no further request is to be read. */
    private boolean pass(List<byte[]> args, byte[] request, @Nullable Fault fault)
            throws IOException, InterruptedException {
        String command = args.isEmpty() ? "" : new String(args.get(0), StandardCharsets.ISO_8859_1);
        command = command.toUpperCase(Locale.ROOT);
        if (command.equals("MULTI")) {
            transaction.clear();
        }
        List<byte[]> whole = new ArrayList<>(transaction);
        whole.add(request);
        remember(command, request);
        if (fault == null) {
            send(List.of(request), args.isEmpty() ? List.of() : List.of(this::give));
            return true;
        }
        awaitReplies();
        switch (fault.kind) {
            case CUT_BEFORE -> {
                close();
                fault.struck();
                return false;
            }
            case CUT_AFTER -> {
                send(List.of(request), List.of(reply -> {
                    close();
                    fault.struck();
                }));
                return false;
            }
            case HOLD_AND_CUT, HOLD_SILENTLY -> {
                List<byte[]> kept = new ArrayList<>(login);
                kept.addAll(whole);
                ((Fault.Held) fault).keep(kept);
                if (fault.kind == Fault.Kind.HOLD_AND_CUT) {
                    close();
                }
                fault.struck();
                return fault.kind == Fault.Kind.HOLD_SILENTLY && ignoreTheRest();
            }
            case SWALLOW -> {
                send(List.of(request), List.of(reply -> fault.struck()));
                return ignoreTheRest();
            }
            case DUPLICATE -> {
                duplicate(request, command.equals("EXEC") ? whole : List.of(request));
                fault.struck();
                return true;
            }
        }
        throw new IllegalStateException("No such fault: " + fault.kind);
    }

    private void remember(String command, byte[] request) {
        switch (command) {
            case "AUTH", "HELLO", "SELECT" -> login.add(request);
            case "EXEC", "DISCARD", "RESET" -> transaction.clear();
            case "MULTI" -> transaction.add(request);
            default -> {
                if (!transaction.isEmpty()) {
                    transaction.add(request);
                }
            }
        }
    }

    /** Reads and drops requests until the client gives up. */
    private boolean ignoreTheRest() throws IOException {
        while (fromClient.request() != null) {
            // a dead connection gives no reply
        }
        close();
        return false;
    }

    private void duplicate(byte[] request, List<byte[]> again) throws IOException, InterruptedException {
        CountDownLatch passedOn = new CountDownLatch(1);
        send(List.of(request), List.of(reply -> {
            give(reply);
            passedOn.countDown();
        }));
        awaitReplies();
        if (passedOn.getCount() > 0) {
            throw new IOException("the connection ended before the reply");
        }
        List<OnReply> swallowed = new ArrayList<>();
        again.forEach(each -> swallowed.add(reply -> {}));
        send(again, swallowed);
        awaitReplies();
        if (ended) {
            throw new IOException("the connection ended before the second reply");
        }
    }

    private void send(List<byte[]> requests, List<OnReply> replies) throws IOException {
        synchronized (awaited) {
            awaited.addAll(replies);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        requests.forEach(bytes::writeBytes);
        toServer.write(bytes.toByteArray());
    }

    private void awaitReplies() throws InterruptedException {
        synchronized (awaited) {
            while (!awaited.isEmpty() && !ended) {
                awaited.wait();
            }
        }
    }

    private void passReplies() throws IOException, InterruptedException {
        while (true) {
            fromServer.reply();
            byte[] reply = fromServer.raw();
            if (!proxy.mayPass(this)) {
                return;
            }
            OnReply next;
            synchronized (awaited) {
                next = reply[0] == '>' ? null : awaited.peek();
            }
            if (next == null) {
                give(reply);
                continue;
            }
            next.take(reply);
            synchronized (awaited) {
                awaited.remove();
                awaited.notifyAll();
            }
        }
    }

    /** Sends a reply to the client. If the client has left, the server still gets its other requests. */
    private void give(byte[] reply) {
        if (!clientGone) {
            try {
                toClient.write(reply);
            } catch (IOException e) {
                clientGone = true;
            }
        }
    }

    /** Sends requests on a new connection, and returns the reply to the last request. */
    static @Nullable Object deliver(RedisUrl target, List<byte[]> requests) {
        try (Socket socket = Sockets.connect(target.host(), target.port())) {
            socket.setSoTimeout(RespClient.TIMEOUT_MILLIS);
            RespReader replies = new RespReader(socket.getInputStream());
            Object last = null;
            for (byte[] request : requests) {
                socket.getOutputStream().write(request);
                last = replies.reply();
            }
            if (last instanceof RespClient.RedisError error) {
                throw error;
            }
            return last;
        } catch (IOException e) {
            throw new UncheckedIOException("The held request could not be sent to " + target, e);
        }
    }
}
