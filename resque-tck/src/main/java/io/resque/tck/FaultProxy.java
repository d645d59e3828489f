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
 * A proxy between a client and Redis that breaks the connection exactly where a test says. It knows where a request
 * ends. So it can lose a request before the server gets it, lose the reply after the server has acted, or deliver a
 * request late or twice.
 *
 * <p>A request gets the first fault that matches it, in the order in which the faults were set. Replies to earlier requests
 * of a pipeline always reach the client before a fault strikes; later requests are not forwarded before it has struck.
 * Subscriptions and MONITOR are forwarded, but a fault cannot be set on them. Thread-safe.
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
     * Starts a proxy to a Redis without a password.
     *
     * @param host the host of Redis; the proxy connects to it only when a client connects
     * @param port the port of Redis
     * @return the proxy, which listens already
     */
    public static FaultProxy to(String host, int port) {
        return new FaultProxy(new RedisUrl(host, port, null, null, 0, false));
    }

    /**
     * Starts a proxy to the Redis at an address. {@link #url} has the same login and database.
     *
     * @param redisUrl {@code redis://[[user]:password@]host[:port][/database]}
     * @return the proxy, which listens already
     */
    public static FaultProxy to(String redisUrl) {
        return new FaultProxy(RedisUrl.parse(redisUrl));
    }

    /**
     * The port on 127.0.0.1 at which clients connect.
     *
     * @return the port, which the system has chosen
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * The address at which clients connect.
     *
     * @return {@code redis://127.0.0.1:<port>/0}, with the login and database of the target's address
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
     * @param match gets the command and its arguments
     * @return the fault, to wait for it
     */
    public Fault cutBefore(Predicate<List<byte[]>> match) {
        return cutBefore(match, 1);
    }

    /**
     * Cuts the connection before each of the next matching requests reaches the server.
     *
     * @param match gets the command and its arguments
     * @param times the number of requests
     * @return the fault, to wait until it has struck so often
     */
    public Fault cutBefore(Predicate<List<byte[]>> match, int times) {
        return add(new Fault(Fault.Kind.CUT_BEFORE, match, times));
    }

    /**
     * Lets the server act on the next matching request, and cuts the connection instead of passing on the reply.
     *
     * @param match gets the command and its arguments
     * @return the fault, to wait for it
     */
    public Fault cutAfter(Predicate<List<byte[]>> match) {
        return cutAfter(match, 1);
    }

    /**
     * Lets the server act on each of the next matching requests, and cuts the connection instead of passing on the reply.
     *
     * @param match gets the command and its arguments
     * @param times the number of requests
     * @return the fault, to wait until it has struck so often
     */
    public Fault cutAfter(Predicate<List<byte[]>> match, int times) {
        return add(new Fault(Fault.Kind.CUT_AFTER, match, times));
    }

    /**
     * Holds the next matching request back, and cuts the connection. The client cannot know whether its request will
     * arrive.
     *
     * @param match gets the command and its arguments
     * @return the fault, to deliver the request late
     */
    public Fault.Held holdAndCut(Predicate<List<byte[]>> match) {
        return add(new Fault.Held(Fault.Kind.HOLD_AND_CUT, match, target));
    }

    /**
     * Holds the next matching request back, and sends no more replies on its connection; the client waits until it
     * gives up.
     *
     * @param match gets the command and its arguments
     * @return the fault, to deliver the request late
     */
    public Fault.Held holdSilently(Predicate<List<byte[]>> match) {
        return add(new Fault.Held(Fault.Kind.HOLD_SILENTLY, match, target));
    }

    /**
     * Lets the server act on the next matching request, and sends no more replies on its connection; the client waits
     * until it gives up. The fault has struck once the server has answered.
     *
     * @param match gets the command and its arguments
     * @return the fault, to wait for it
     */
    public Fault swallowReply(Predicate<List<byte[]>> match) {
        return add(new Fault(Fault.Kind.SWALLOW, match, 1));
    }

    /**
     * Sends the next matching request a second time, after the client has got its reply; the second reply is dropped. An
     * EXEC is repeated with its whole transaction.
     *
     * @param match gets the command and its arguments
     * @return the fault, to wait for it
     */
    public Fault.Duplicated duplicate(Predicate<List<byte[]>> match) {
        return duplicate(match, 1);
    }

    /**
     * Sends each of the next matching requests a second time.
     *
     * @param match gets the command and its arguments
     * @param times the number of requests
     * @return the fault, to wait until it has struck so often
     */
    public Fault.Duplicated duplicate(Predicate<List<byte[]>> match, int times) {
        return add(new Fault.Duplicated(match, times));
    }

    /** Removes all faults that have not struck yet. */
    public void clearFaults() {
        faults.clear();
    }

    /** Stops forwarding in both directions. All connections stay open. */
    public void pause() {
        synchronized (gate) {
            paused = true;
        }
    }

    /** Forwards again, first what has arrived since {@link #pause}, even from clients that have given up meanwhile. */
    public void resume() {
        synchronized (gate) {
            paused = false;
            gate.notifyAll();
        }
    }

    /** Cuts all connections that are open now. */
    public void cutAll() {
        open.forEach(ProxyConnection::close);
    }

    /**
     * Sets whether new connections are cut at once.
     *
     * @param refuse true to cut them from now on
     */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    /**
     * The number of requests that clients have sent, with or without a fault.
     *
     * @return the count
     */
    public int requests() {
        return requests.get();
    }

    /**
     * The number of connections that clients have made, including refused ones.
     *
     * @return the count
     */
    public int connections() {
        return connections.get();
    }

    /** Cuts all connections and stops listening. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            // it is closed all the same
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
                // this proxy was closed, or the client has left already
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

    /** Waits while the proxy is paused; false if the connection has ended. */
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
