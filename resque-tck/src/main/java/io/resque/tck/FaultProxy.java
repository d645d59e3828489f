package io.resque.tck;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a Redis and breaks the line exactly where a test says. It knows where a request ends, so
 * it can lose one before the server saw it, lose the answer after the server acted, let it arrive late, or twice.
 *
 * <p>Faults are asked in the order they were set; the first that matches a request takes it. Replies to earlier requests
 * of a pipeline always reach the client before a fault strikes; later requests are not forwarded before it has struck.
 * Subscriptions and MONITOR are passed on, but are nothing to set a fault on.
 */
public final class FaultProxy implements AutoCloseable {
    private final RedisUrl target;
    private final ServerSocket listener = Sockets.listen();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final Set<ProxyConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final Object gate = new Object();
    private boolean paused;
    private volatile boolean refusing;
    private volatile boolean closed;

    private FaultProxy(RedisUrl target) {
        this.target = target;
        Thread acceptor = new Thread(this::accept, "fault-proxy-" + port());
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /**
     * A proxy before a Redis without a password.
     *
     * @param host where Redis runs; it is asked only when a client connects
     * @param port where it listens
     * @return the proxy, listening
     */
    public static FaultProxy to(String host, int port) {
        return new FaultProxy(new RedisUrl(host, port, null, null, 0, false));
    }

    /**
     * A proxy before the Redis at an address; {@link #url} repeats its login and database.
     *
     * @param redisUrl {@code redis://[[user]:password@]host[:port][/database]}
     * @return the proxy, listening
     */
    public static FaultProxy to(String redisUrl) {
        return new FaultProxy(RedisUrl.parse(redisUrl));
    }

    /**
     * The port to connect to, on 127.0.0.1.
     *
     * @return the port, chosen by the system
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * The address to connect to.
     *
     * @return {@code redis://127.0.0.1:<port>/0}, with login and database if the target was an address with these
     */
    public String url() {
        return target.at(Sockets.LOOPBACK, port()).text();
    }

    /**
     * Matches requests by their command.
     *
     * @param name the command, in any case
     * @return the predicate; {@link Predicate#and} narrows it to arguments
     */
    public static Predicate<List<byte[]>> command(String name) {
        return args -> !args.isEmpty() && name.equalsIgnoreCase(new String(args.get(0), StandardCharsets.ISO_8859_1));
    }

    /**
     * Cuts the connection before the next matching request reaches the server.
     *
     * @param match sees the command and its arguments
     * @return to wait for it
     */
    public Fault cutBefore(Predicate<List<byte[]>> match) {
        return cutBefore(match, 1);
    }

    /**
     * Cuts the connection before each of the next matching requests reaches the server.
     *
     * @param match sees the command and its arguments
     * @param times how many requests
     * @return to wait until all were caught
     */
    public Fault cutBefore(Predicate<List<byte[]>> match, int times) {
        return add(new Fault(Fault.Kind.CUT_BEFORE, match, times));
    }

    /**
     * Lets the server act on the next matching request, and cuts the connection instead of passing on the reply.
     *
     * @param match sees the command and its arguments
     * @return to wait for it
     */
    public Fault cutAfter(Predicate<List<byte[]>> match) {
        return cutAfter(match, 1);
    }

    /**
     * Lets the server act on each of the next matching requests, and cuts the connection instead of passing on the reply.
     *
     * @param match sees the command and its arguments
     * @param times how many requests
     * @return to wait until all were caught
     */
    public Fault cutAfter(Predicate<List<byte[]>> match, int times) {
        return add(new Fault(Fault.Kind.CUT_AFTER, match, times));
    }

    /**
     * Keeps the next matching request back and cuts the connection: the client cannot know that its request is under way.
     *
     * @param match sees the command and its arguments
     * @return to let it arrive late
     */
    public Fault.Held holdAndCut(Predicate<List<byte[]>> match) {
        return add(new Fault.Held(Fault.Kind.HOLD_AND_CUT, match, target));
    }

    /**
     * Keeps the next matching request back and answers nothing more on its connection, until the client gives up.
     *
     * @param match sees the command and its arguments
     * @return to let it arrive late
     */
    public Fault.Held holdSilently(Predicate<List<byte[]>> match) {
        return add(new Fault.Held(Fault.Kind.HOLD_SILENTLY, match, target));
    }

    /**
     * Lets the server act on the next matching request, and answers nothing more on its connection, until the client
     * gives up. It is caught once the server has answered.
     *
     * @param match sees the command and its arguments
     * @return to wait for it
     */
    public Fault swallowReply(Predicate<List<byte[]>> match) {
        return add(new Fault(Fault.Kind.SWALLOW, match, 1));
    }

    /**
     * Sends the next matching request a second time, after the client had its reply; the second reply is swallowed. An
     * EXEC is repeated with its whole transaction.
     *
     * @param match sees the command and its arguments
     * @return to wait for it
     */
    public Fault.Duplicated duplicate(Predicate<List<byte[]>> match) {
        return duplicate(match, 1);
    }

    /**
     * Sends each of the next matching requests a second time.
     *
     * @param match sees the command and its arguments
     * @param times how many requests
     * @return to wait until all were repeated
     */
    public Fault.Duplicated duplicate(Predicate<List<byte[]>> match, int times) {
        return add(new Fault.Duplicated(match, times));
    }

    /** Forgets all faults that have not struck yet. */
    public void clearFaults() {
        faults.clear();
    }

    /** Passes nothing on any more, in either direction, while all connections stay open. */
    public void pause() {
        synchronized (gate) {
            paused = true;
        }
    }

    /** Passes on what arrived since {@link #pause}, also from clients that gave up meanwhile, and goes on. */
    public void resume() {
        synchronized (gate) {
            paused = false;
            gate.notifyAll();
        }
    }

    /** Cuts all connections of this moment. */
    public void cutAll() {
        open.forEach(ProxyConnection::close);
    }

    /**
     * Whether to cut new connections as soon as they are made.
     *
     * @param refuse true to refuse them from now on
     */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    /**
     * How many requests came from clients, whatever became of them.
     *
     * @return the count
     */
    public int requests() {
        return requests.get();
    }

    /**
     * How many connections were made by clients, the refused ones included.
     *
     * @return the count
     */
    public int connections() {
        return connections.get();
    }

    /** Cuts everything and listens no more. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            // it is gone either way
        }
        cutAll();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                connections.incrementAndGet();
                if (refusing) {
                    Sockets.close(client);
                } else {
                    begin(client);
                }
            } catch (IOException e) {
                // closed by us, or the client left before we looked
            }
        }
    }

    private void begin(Socket client) {
        try {
            client.setTcpNoDelay(true);
            ProxyConnection connection =
                    new ProxyConnection(this, client, Sockets.connect(target.host(), target.port()));
            open.add(connection);
            connection.begin();
            if (closed) {
                connection.close();
            }
        } catch (IOException e) {
            Sockets.close(client);
        }
    }

    private <F extends Fault> F add(F fault) {
        faults.add(fault);
        return fault;
    }

    @Nullable
    Fault claim(List<byte[]> args) {
        requests.incrementAndGet();
        for (Fault fault : faults) {
            if (fault.claims(args)) {
                return fault;
            }
        }
        return null;
    }

    /** Waits while paused; false once the connection has ended. */
    boolean mayPass(ProxyConnection connection) throws InterruptedException {
        synchronized (gate) {
            while (paused && !connection.hasEnded()) {
                gate.wait();
            }
        }
        return !connection.hasEnded();
    }

    void ended(ProxyConnection connection) {
        open.remove(connection);
        synchronized (gate) {
            gate.notifyAll();
        }
    }
}
