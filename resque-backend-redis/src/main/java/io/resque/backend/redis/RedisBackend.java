package io.resque.backend.redis;

import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Failures;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Locks;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.Workers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The ports over a {@link RedisLink}. Thread-safe. */
public final class RedisBackend implements QueueBackend {
    private static final byte[] INFO = Keys.bytes("INFO");

    private final RedisLink link;
    private final Keys keys;
    private final StepBatcher steps;
    private final QueueWatch watch;
    private final Queues queues;
    private final Workers workers;
    private final Failures failures;
    private final Statistics statistics;
    private final StatusStore statuses;
    private final DelayedItems delayed;
    private final RecurringEntries recurring;
    private final Limits limits;
    private final Locks locks;
    private final HistoryStore history;

    /**
     * A backend over a link.
     *
     * @param link closed with this backend
     * @param namespace the prefix of all keys, without colon; empty for none
     */
    public RedisBackend(RedisLink link, String namespace) {
        this.link = link;
        keys = new Keys(namespace);
        steps = new StepBatcher(link, keys);
        watch = new QueueWatch(link, keys);
        queues = new RedisQueues(link, keys);
        workers = new RedisWorkers(link, keys, steps, watch);
        failures = new RedisFailures(link, keys);
        statistics = new RedisStatistics(link, keys);
        statuses = new RedisStatusStore(link, keys, false);
        delayed = new RedisDelayedItems(link, keys);
        recurring = new RedisRecurringEntries(link, keys);
        limits = new RedisLimits(link, keys);
        locks = new RedisLocks(link, keys);
        history = new RedisHistory(link, keys);
    }

    /**
     * A backend by settings. It follows the primary that sentinels name, and the node of a cluster that has a hash-tagged
     * namespace.
     *
     * @param settings where
     * @param opener opens a link to the one server that its settings name; called for each server that is met
     * @return the backend
     */
    public static RedisBackend open(RedisSettings settings, Function<RedisSettings, RedisLink> opener) {
        return new RedisBackend(new RoutedLink(settings, opener), settings.namespace());
    }

    /**
     * The status store alone, by settings as in {@link #open}.
     *
     * @param settings where
     * @param opener opens a link to the one server that its settings name
     * @return the store
     */
    public static StatusStore openStatuses(RedisSettings settings, Function<RedisSettings, RedisLink> opener) {
        return statusStore(new RoutedLink(settings, opener), settings.namespace());
    }

    /**
     * The status store alone, for queues that are elsewhere.
     *
     * @param link closed with the store
     * @param namespace the prefix of all keys, without colon; empty for none
     * @return the store
     */
    public static StatusStore statusStore(RedisLink link, String namespace) {
        return new RedisStatusStore(link, new Keys(namespace), true);
    }

    @Override
    public Queues queues() {
        return queues;
    }

    @Override
    public Workers workers() {
        return workers;
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public Statistics statistics() {
        return statistics;
    }

    @Override
    public StatusStore statuses() {
        return statuses;
    }

    @Override
    public Optional<DelayedItems> delayed() {
        return Optional.of(delayed);
    }

    @Override
    public Optional<RecurringEntries> recurring() {
        return Optional.of(recurring);
    }

    @Override
    public Optional<Limits> limits() {
        return Optional.of(limits);
    }

    @Override
    public Optional<Locks> locks() {
        return Optional.of(locks);
    }

    @Override
    public Optional<HistoryStore> history() {
        return Optional.of(history);
    }

    @Override
    public Set<Class<? extends Effect>> effects() {
        return Set.of(
                Effect.Count.class,
                Effect.RecordFailure.class,
                Effect.ChangeStatus.class,
                Effect.Retry.class,
                Effect.FreeSlot.class,
                Effect.ReleaseLocks.class,
                Effect.NoteRetry.class,
                Effect.ForgetRetry.class);
    }

    @Override
    public Map<String, String> server() {
        Map<String, String> facts = new HashMap<>();
        for (String line : Replies.text(link.call(INFO)).split("\r?\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                facts.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return facts;
    }

    @Override
    public Map<String, String> foreignKeys(Collection<String> queueNames, Collection<String> workerIds) {
        List<String> lists = new ArrayList<>();
        queueNames.forEach(name -> lists.add(Keys.utf8(keys.queue(name))));
        failures.lists().forEach(list -> lists.add(Keys.utf8(keys.failures(list))));
        return ForeignKeys.keys(link, keys, lists, workerIds);
    }

    @Override
    public String endpoint() {
        return link.endpoint();
    }

    @Override
    public void removeTrial() {
        if (!keys.isTrial()) {
            throw new IllegalStateException(
                    "This namespace is not that of a trial, and stays: " + Keys.utf8(keys.namespace()));
        }
        link.call(Keys.bytes("EXISTS"), keys.queues); // leads to the node of a cluster that has the namespace
        byte[] cursor = Keys.bytes("0");
        do {
            List<?> scanned = Replies.list(link.call(
                    Keys.bytes("SCAN"),
                    cursor,
                    Keys.bytes("MATCH"),
                    keys.everyPattern(),
                    Keys.bytes("COUNT"),
                    Keys.bytes("1000")));
            for (Object name : Replies.list(scanned.get(1))) {
                link.call(Keys.bytes("DEL"), Replies.bytes(name));
            }
            cursor = Replies.bytes(scanned.get(0));
        } while (!Keys.utf8(cursor).equals("0"));
    }

    @Override
    public void close() {
        watch.close();
        steps.close();
        link.close();
    }
}
