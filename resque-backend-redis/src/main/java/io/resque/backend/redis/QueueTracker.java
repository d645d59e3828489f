package io.resque.backend.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches any number of queues, and which are announced, on one connection: it reads what is there once, and the server
 * tells of each key that has changed since ({@link RedisLink#track}). Only that one is read again, and only while
 * somebody waits for it: so a busy queue costs nothing here. Where the server refuses, it reads everything once in a second.
 *
 * <p>A key counts as read from before the request is sent: what the server tells while the reply is under way is about a
 * later state, or makes for one reading too many.
 */
final class QueueTracker extends Thread {
    /** Of the platform, since the protocol depends on nothing but the ports. */
    private static final System.Logger LOG = System.getLogger("io.resque.backend.redis");

    /** How long a lost message, or a hidden fault here or there, can leave a job lying. */
    private static final long LOOK = Duration.ofSeconds(30).toNanos();

    /** How soon a dead connection is noticed, or a server that is no longer the primary. */
    private static final long PING = Duration.ofSeconds(5).toNanos();

    /** Where a connection broke twice within {@link #AGAIN}, as under a server that closes idle ones, for {@link #CARE}. */
    private static final long OFTEN = Duration.ofSeconds(1).toNanos();

    private static final long AGAIN = Duration.ofMinutes(1).toNanos();
    private static final long CARE = Duration.ofMinutes(10).toNanos();

    /**
     * How long thread and connection stay when nobody waits. The server remembers for each key which connections read it, until
     * the key changes, even after they were closed: so not many of them should come and go.
     */
    private static final long KEEP = Duration.ofMinutes(10).toNanos();

    private static final long POLL = Duration.ofSeconds(1).toNanos();
    private static final long REFUSED = Duration.ofMinutes(1).toNanos();

    /** After readings that found nothing, as where other processes are faster, or the server forgets what we read. */
    private static final long FIRST_PAUSE = Duration.ofMillis(1).toNanos();

    private static final long LONGEST_PAUSE = Duration.ofMillis(50).toNanos();

    /** So few are asked for their lengths one by one. */
    private static final int FEW = 16;

    private static final int CHUNK = 500;

    private static final byte[] EXISTS = Keys.bytes("EXISTS");
    private static final byte[] LLEN = Keys.bytes("LLEN");
    private static final byte[] SMEMBERS = Keys.bytes("SMEMBERS");

    /** Whether the log has been told that this server refuses. */
    static final class Refusal {
        private boolean told;
    }

    /** What to read next; nothing at all is a sign of life. */
    private record Round(List<String> queues, boolean names) {}

    private final RedisLink link;
    private final Keys keys;
    private final WaitingLine line;
    private final Refusal refusal;

    private volatile RedisLink.@Nullable Dedicated connection;
    private boolean polls;
    private boolean cannot;
    private long triesAgain;

    // The lock of the line guards these.
    private final Map<String, Integer> wanted = new HashMap<>();
    private int wantNames;
    /** What was read as empty, so that the server tells once it is not. */
    private final Set<String> empty = new HashSet<>();

    private final Set<String> unread = new LinkedHashSet<>();
    /** Where somebody was woken for a job, and when to look whether it is still there. */
    private final Map<String, Long> found = new LinkedHashMap<>();

    private @Nullable Set<String> names;
    private boolean namesRead;
    private long pause;
    private long notBefore = System.nanoTime();
    private long lookDue = notBefore;
    private long pingDue = notBefore;
    private long idleSince = notBefore;
    private long brokeAt = notBefore - AGAIN;
    private long careUntil = notBefore;
    private boolean ended;

    QueueTracker(RedisLink link, Keys keys, WaitingLine line, Refusal refusal) {
        // Whoever needs it first may be a job or a request: nothing of that is for this thread.
        super(null, null, "resque-watch", 0, false);
        setContextClassLoader(QueueTracker.class.getClassLoader());
        setDaemon(true);
        this.link = link;
        this.keys = keys;
        this.line = line;
        this.refusal = refusal;
    }

    /** Needs the lock, as {@link #enter} does, which must come before it is let go. */
    boolean hasEnded() {
        return ended;
    }

    void enter(Waiter waiter) {
        if (!waiter.peeked) {
            for (String queue : waiter.queues) {
                wanted.merge(queue, 1, Integer::sum);
                if (!empty.contains(queue) && !found.containsKey(queue)) {
                    unread.add(queue);
                }
            }
        }
        if (waiter.names != null) {
            wantNames++;
            namesRead &= waiter.names.equals(names);
        }
    }

    void leave(Waiter waiter) {
        if (!waiter.peeked) {
            for (String queue : waiter.queues) {
                if (wanted.merge(queue, -1, Integer::sum) == 0) {
                    wanted.remove(queue);
                    unread.remove(queue);
                    found.remove(queue);
                }
            }
        }
        if (waiter.names != null) {
            wantNames--;
        }
        idleSince = System.nanoTime();
    }

    /** Where it took none, the job for which it was woken may still be there. */
    void looked(Waiter waiter, boolean took) {
        synchronized (line) {
            if (took) {
                pause = 0;
            } else if (waiter.wokenFor != null && found.remove(waiter.wokenFor) != null) {
                mustRead(waiter.wokenFor);
                rest(LONGEST_PAUSE);
                line.notifyAll();
            }
        }
    }

    private void mustRead(String queue) {
        empty.remove(queue);
        found.remove(queue);
        if (wanted.containsKey(queue)) {
            unread.add(queue);
        }
    }

    /** And all that is needed to be told. */
    private void broke() {
        long now = System.nanoTime();
        if (now - brokeAt < AGAIN) {
            careUntil = now + CARE;
        }
        brokeAt = now;
        mustReadAll();
    }

    private void mustReadAll() {
        empty.clear();
        found.clear();
        unread.addAll(wanted.keySet());
        namesRead = false;
    }

    /** Grows from one reading in vain to the next, until a job is taken. */
    private void rest(long longest) {
        pause = Math.min(Math.max(2 * pause, FIRST_PAUSE), longest);
        notBefore = System.nanoTime() + pause;
    }

    /** By the client, in a thread of its own. */
    private void changed(@Nullable List<byte[]> changed) {
        synchronized (line) {
            if (changed == null) {
                broke();
            } else {
                for (byte[] key : changed) {
                    if (Arrays.equals(key, keys.queues)) {
                        namesRead = false;
                    } else {
                        mustRead(keys.queueName(key));
                    }
                }
            }
            line.notifyAll();
        }
    }

    @Override
    public void run() {
        try {
            while (turn()) {
                // until nobody has waited for a while
            }
        } catch (InterruptedException e) {
            // closed
        } finally {
            end();
            disconnect();
        }
    }

    /** Whatever ended it, such as a log that throws: nobody may go on relying on it. */
    private void end() {
        synchronized (line) {
            ended = true;
            line.wakeAll(waiter -> waiter.tracker == this);
        }
    }

    private boolean turn() throws InterruptedException {
        try {
            Round round = next();
            if (round == null) {
                return false;
            }
            read(round);
        } catch (RedisReplyException e) {
            if (polls || e.isLoading()) {
                failed();
            } else {
                refused(e);
            }
        } catch (UnsupportedOperationException | LinkageError e) { // of an adapter or a client that is too old for this
            cannot = true;
            refused(e);
        } catch (RuntimeException | Error e) { // Redis is away, or the memory does not suffice
            failed();
        }
        return true;
    }

    private @Nullable Round next() throws InterruptedException {
        synchronized (line) {
            while (!line.isClosed()) {
                long now = System.nanoTime();
                long until;
                if (wanted.isEmpty() && wantNames == 0) {
                    until = idleSince + KEEP;
                    if (until - now <= 0) {
                        break;
                    }
                } else {
                    if (lookDue - now <= 0) {
                        mustReadAll();
                        lookDue = now + (polls ? POLL : LOOK);
                        pause = 0;
                    }
                    List.copyOf(found.entrySet()).stream()
                            .filter(each -> each.getValue() - now <= 0)
                            .forEach(each -> mustRead(each.getKey()));
                    boolean readNames = wantNames > 0 && !namesRead;
                    boolean reads = readNames || !unread.isEmpty();
                    if (reads && notBefore - now <= 0 || !reads && pingDue - now <= 0) {
                        return round(readNames);
                    }
                    until = reads ? notBefore : nextDue();
                }
                line.await(until - now);
            }
            ended = true; // before the lock is let go, or somebody relies on it
            return null;
        }
    }

    private long nextDue() {
        long due = lookDue - pingDue < 0 ? lookDue : pingDue;
        for (long each : found.values()) {
            due = each - due < 0 ? each : due;
        }
        return due;
    }

    private Round round(boolean readNames) {
        List<String> queues = List.copyOf(unread);
        unread.clear();
        empty.addAll(queues);
        namesRead |= readNames;
        return new Round(queues, readNames);
    }

    private void read(Round round) {
        List<byte[][]> commands = new ArrayList<>();
        if (round.names) {
            commands.add(new byte[][] {SMEMBERS, keys.queues});
        }
        int at = commands.size();
        List<List<String>> chunks = chunks(round.queues);
        chunks.forEach(chunk -> commands.add(command(chunk.size() == 1 ? LLEN : EXISTS, chunk)));
        if (commands.isEmpty()) {
            commands.add(new byte[][] {EXISTS, keys.queues}); // of a key, so that a cluster tells where that is now
        }
        RedisLink.Dedicated on = connect();
        List<@Nullable Object> replies = on.call(QueuePeeks.MARGIN, commands);
        Map<String, Long> lengths = new LinkedHashMap<>();
        List<String> some = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            List<String> chunk = chunks.get(i);
            long number = number(replies.get(at + i));
            if (number > 0 && chunk.size() > 1) {
                some.addAll(chunk);
            } else if (number > 0) {
                lengths.put(chunk.get(0), number);
            }
        }
        if (!some.isEmpty()) {
            List<byte[][]> each =
                    some.stream().map(queue -> command(LLEN, List.of(queue))).toList();
            List<@Nullable Object> numbers = on.call(QueuePeeks.MARGIN, each);
            for (int i = 0; i < numbers.size(); i++) {
                lengths.put(some.get(i), number(numbers.get(i)));
            }
            lengths.values().removeIf(length -> length == 0);
        }
        synchronized (line) {
            long now = System.nanoTime();
            pingDue = now + (careUntil - now > 0 ? OFTEN : PING);
            wakeForJobs(lengths);
            if (round.names) {
                wakeForOtherNames(replies.get(0));
            }
            if (lengths.isEmpty() && !round.queues.isEmpty() || round.names) {
                rest(round.queues.size() > CHUNK ? POLL : LONGEST_PAUSE);
            }
        }
    }

    private static List<List<String>> chunks(List<String> queues) {
        int size = queues.size() <= FEW ? 1 : CHUNK;
        List<List<String>> chunks = new ArrayList<>();
        for (int from = 0; from < queues.size(); from += size) {
            chunks.add(queues.subList(from, Math.min(from + size, queues.size())));
        }
        return chunks;
    }

    private byte[][] command(byte[] name, List<String> queues) {
        byte[][] words = new byte[queues.size() + 1][];
        words[0] = name;
        for (int i = 0; i < queues.size(); i++) {
            words[i + 1] = keys.queue(queues.get(i));
        }
        return words;
    }

    /** A key of another type counts as empty, and the server tells once it is another. */
    private static long number(@Nullable Object reply) {
        if (reply instanceof RedisReplyException e) {
            if (e.isWrongType()) {
                return 0;
            }
            throw e;
        }
        return Replies.number(reply);
    }

    /** As many as there are jobs, each for the first of its queues that has one left. */
    private void wakeForJobs(Map<String, Long> lengths) {
        empty.removeAll(lengths.keySet());
        Map<String, Long> left = new HashMap<>(lengths);
        left.keySet().retainAll(wanted.keySet());
        long until = System.nanoTime() + Waiter.LOOKS_WITHIN.toNanos();
        left.keySet().forEach(queue -> found.put(queue, until));
        while (!left.isEmpty()) {
            Waiter waiter = line.take(each -> !each.peeked && !Collections.disjoint(each.queues, left.keySet()));
            if (waiter == null) {
                return;
            }
            for (String queue : waiter.queues) {
                Long jobs = left.get(queue);
                if (jobs != null) {
                    left.compute(queue, (same, more) -> jobs > 1 ? jobs - 1 : null);
                    waiter.wokenFor = queue;
                    break;
                }
            }
            waiter.wake();
        }
    }

    private void wakeForOtherNames(@Nullable Object reply) {
        // What is no set tells the worker that looks itself.
        names = reply instanceof List ? Replies.names(reply) : null;
        wake(
                Long.MAX_VALUE,
                waiter -> waiter.names != null && !waiter.names.equals(names),
                waiter -> waiter.otherNames = true);
    }

    private void wake(long most, Predicate<Waiter> which, Consumer<Waiter> note) {
        for (long i = 0; i < most; i++) {
            Waiter waiter = line.take(which);
            if (waiter == null) {
                return;
            }
            note.accept(waiter);
            waiter.wake();
        }
    }

    private RedisLink.Dedicated connect() {
        if (polls && !cannot && triesAgain - System.nanoTime() <= 0) {
            disconnect();
            polls = false;
        }
        RedisLink.Dedicated known = connection;
        if (known == null) {
            known = polls ? link.dedicate() : link.track(this::changed);
            connection = known;
            if (line.isClosed()) {
                known.close();
            }
        }
        return known;
    }

    private void disconnect() {
        RedisLink.Dedicated known = connection;
        connection = null;
        if (known != null) {
            known.close();
        }
    }

    /** One that waits looks itself, and meets what there is to be met; all is read anew. */
    private void failed() {
        synchronized (line) {
            broke();
            notBefore = System.nanoTime() + POLL;
            wake(1, waiter -> waiter.tracker == this, waiter -> {});
        }
    }

    private void refused(Throwable e) {
        disconnect();
        polls = true;
        triesAgain = System.nanoTime() + REFUSED;
        synchronized (line) {
            lookDue = System.nanoTime();
            if (!refusal.told) {
                refusal.told = true;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Redis at " + link.endpoint() + " does not tell of keys that change ("
                                + (cannot ? "the client that is used cannot ask for it" : e.getMessage())
                                + "): workers of more than " + QueuePeeks.MOST
                                + " queues, or of patterns, look once a second instead. See \"The least of rights\" in"
                                + " SECURITY.md");
            }
        }
    }

    /** The line is closed before. */
    void close() {
        RedisLink.Dedicated known = connection;
        if (known != null) {
            known.close();
        }
        interrupt();
    }
}
