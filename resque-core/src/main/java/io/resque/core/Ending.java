package io.resque.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What works for one {@link Resque}, and how it is closed, by whom and when ever. Thread-safe. */
final class Ending {
    /** What the connections have for their end when the JVM ends. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    final ServiceThreads threads = new ServiceThreads();
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final Services services;
    private final Producer producer;
    private final JvmExit exit = new JvmExit(threads, "resque-exit", this::finishAtExit);
    private final Set<Running> working = ConcurrentHashMap.newKeySet();
    /** The listeners of workers, from before they register: a recovery may begin as soon as one has. */
    private final Set<Events> listening = ConcurrentHashMap.newKeySet();

    /** Those that ended though nobody had stopped them, for as long as this is open. */
    private final Set<Running> died = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    Ending(Services services, Producer producer) {
        this.services = services;
        this.producer = producer;
    }

    /** To be called before a worker registers. */
    void listens(Events events) {
        listening.add(events);
    }

    /** To be called where it could not register. */
    void listensNoMore(Events events) {
        listening.remove(events);
    }

    /** To be called before it starts; if this was closed meanwhile, it stops at once. */
    void works(Running running) {
        working.add(running);
        if (closed) {
            running.ask(Duration.ZERO);
            running.giveUp(null); // there may be no connection any more
        }
    }

    void stopped(Running running) {
        if (!running.health(Instant.EPOCH).isEmpty()) {
            died.add(running);
        }
        working.remove(running);
        listening.remove(running.setup.events);
    }

    /** With the listeners of all workers: where jobs are in modules, only these have any. */
    DeadWorkers deadWorkers(Liveness liveness) {
        return new DeadWorkers(services, liveness, services.events().with(listening), told);
    }

    Health health() {
        Instant now = services.clock().instant();
        Vitals vitals = services.heartbeat().vitals;
        return new Health(
                now,
                vitals.interval,
                vitals.silence().map(now::minus),
                vitals.redisAnswers(),
                Stream.concat(working.stream(), died.stream())
                        .distinct()
                        .flatMap(running -> running.health(now).stream())
                        .toList());
    }

    Set<Running> working() {
        return working;
    }

    synchronized void closeOnExit() {
        if (!closed) {
            exit.add();
        }
    }

    /** A job or a listener of a worker that closes this must end first: a thread of its own waits for it, and closes. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        if (working.stream().noneMatch(Running::isOwn)) {
            finish(null);
            return;
        }
        Thread caller = Thread.currentThread();
        working.forEach(running -> running.ask(Worker.CLOSE_TIMEOUT));
        Thread closing = threads.make(() -> finish(caller), "resque-close");
        closing.setDaemon(false);
        closing.start();
    }

    /** A connection that is being made may take as long as its timeout allows, and the JVM closes it anyway. */
    private void finishAtExit() {
        try {
            stopAndWrite(BulkWriter.AT_EXIT, null);
        } finally {
            Thread closing = threads.make(services::close, "resque-close");
            closing.start();
            Uninterrupted.await(CLOSING.toNanos(), nanos -> {
                TimeUnit.NANOSECONDS.timedJoin(closing, nanos);
                return true;
            });
        }
    }

    private void finish(@Nullable Thread caller) {
        try {
            stopAndWrite(Worker.CLOSE_TIMEOUT, caller);
        } finally {
            services.close();
            exit.remove();
        }
    }

    private void stopAndWrite(Duration flush, @Nullable Thread caller) {
        closed = true;
        try {
            List<Running> all = List.copyOf(working);
            Stop.ofThoseNotGivenUp(all, Worker.CLOSE_TIMEOUT, caller);
            if (caller != null) {
                all.forEach(running -> running.awaitEnd(Long.MAX_VALUE, null));
            }
        } finally {
            producer.close(flush);
        }
    }
}
