package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.Retry;
import io.resque.api.RetryKeys;
import io.resque.api.SchedulerMode;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.StatusStore;
import io.resque.core.internal.diagnosis.DelayedFindings;
import io.resque.core.internal.diagnosis.Diagnosis;
import io.resque.core.internal.diagnosis.RecurringFindings;
import io.resque.core.internal.enqueue.DelayLimits;
import io.resque.core.internal.enqueue.Destination;
import io.resque.core.internal.enqueue.InlineDestination;
import io.resque.core.internal.enqueue.Producer;
import io.resque.core.internal.enqueue.QueueCleaner;
import io.resque.core.internal.enqueue.QueueDestination;
import io.resque.core.internal.execution.WorkerJobs;
import io.resque.core.internal.failure.FailureBook;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.failure.FailureSettings;
import io.resque.core.internal.failure.FiledElsewhere;
import io.resque.core.internal.failure.Retries;
import io.resque.core.internal.failure.RubyRetries;
import io.resque.core.internal.fleet.DeadWorkers;
import io.resque.core.internal.fleet.Heartbeat;
import io.resque.core.internal.fleet.Liveness;
import io.resque.core.internal.fleet.ProcessIdentity;
import io.resque.core.internal.fleet.PublishedPolicies;
import io.resque.core.internal.fleet.RecoveryPolicy;
import io.resque.core.internal.fleet.WorkerDirectory;
import io.resque.core.internal.fleet.WorkerReader;
import io.resque.core.internal.fleet.WorkerRecovery;
import io.resque.core.internal.fleet.WorkerRegistrar;
import io.resque.core.internal.fleet.WorkerRemoval;
import io.resque.core.internal.history.HistoryBook;
import io.resque.core.internal.history.HistoryLoop;
import io.resque.core.internal.history.HistorySampler;
import io.resque.core.internal.history.RunTimeSums;
import io.resque.core.internal.http.FleetLook;
import io.resque.core.internal.lookup.Adapters;
import io.resque.core.internal.schedule.DelayedBook;
import io.resque.core.internal.schedule.DueMoves;
import io.resque.core.internal.schedule.FiredEntries;
import io.resque.core.internal.schedule.RecurringBook;
import io.resque.core.internal.schedule.RecurringTurns;
import io.resque.core.internal.schedule.SchedulerLoop;
import io.resque.core.internal.schedule.TickJobs;
import io.resque.core.internal.status.EndWatch;
import io.resque.core.internal.status.LateStatuses;
import io.resque.core.internal.status.LostStatusSearch;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.ArgumentRules;
import io.resque.core.internal.wire.CounterReader;
import io.resque.core.internal.wire.MaxPayload;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.worker.JobSettlements;
import io.resque.core.internal.worker.ResqueClosing;
import io.resque.core.internal.worker.RunningWorkers;
import io.resque.core.internal.worker.WorkerStarter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the parts of one {@link Resque} and puts them together: the only class that knows all of them. */
final class ResqueComposer {
    /** The time zone of Ruby's cron expressions that name none. */
    private static final ZoneId RUBYS_ZONE = ZoneId.of("UTC");

    private final ResqueBuilder chosen;
    private final QueueBackend backend;
    private final StatusStore store;
    private final JobSerializer json;
    private final Adapters adapters;
    private final RecoveryPolicy policy;
    /** The same, once a worker of this process has policies that retry deaths. */
    private volatile RecoveryPolicy policyNow;

    /** Whether statuses are in the same Redis as the queues, so that one step can write both. */
    private final boolean ridesAlong;

    /** A later change of the builder must not change the clock of a {@link Resque} that it has built. */
    private final Clock clock;

    /** A listener of one {@link Resque} hears of no other {@link Resque} from the same builder. */
    private final ListenerChain listeners = ListenerChain.ofResque();

    private final ArgumentRules rules;
    private final MaxPayload largest;
    private final DelayLimits delays;
    private final PayloadReader reader;
    private final LateStatuses late;
    private final StatusUpdates statuses;
    private final FailureLog failures;
    private final Producer producer;
    private final RubyRetries ruby;
    private final Retries retries;

    /** How long the lock of a job stands at least while it runs; null if the backend has no locks. */
    private final @Nullable Duration keepLocks;

    private final PublishedPolicies published;
    private final Heartbeat heartbeat;
    private final Supplier<Liveness> liveness;
    private final RunningWorkers running = new RunningWorkers(listeners);
    private final DaemonThreads threads = new DaemonThreads();
    private final SchedulerMode schedulerMode;
    private final String schedulerLockPrefix;
    private final @Nullable String schedulerEnvironment;
    private @Nullable SchedulerLoop loop;
    private @Nullable Scheduler scheduler;
    private boolean isClosed;
    private final RunTimeSums times = new RunTimeSums();
    private final @Nullable HistoryLoop sampling;
    private final EndWatch ends = new EndWatch();

    ResqueComposer(
            ResqueBuilder chosen,
            QueueBackend backend,
            StatusStore store,
            JobSerializer json,
            Adapters adapters,
            Duration heartbeatInterval,
            RecoveryPolicy policy) {
        this.chosen = chosen;
        this.backend = backend;
        this.store = store;
        this.json = json;
        this.adapters = adapters;
        this.policy = policy;
        this.policyNow = policy;
        this.clock = chosen.clock;
        this.rules = new ArgumentRules(chosen.converters, chosen.readers);
        this.largest = MaxPayload.of(chosen.maxPayload);
        this.schedulerMode = chosen.schedulerMode;
        this.schedulerLockPrefix = chosen.schedulerLockPrefix;
        this.schedulerEnvironment = chosen.schedulerEnvironment;
        this.delays = new DelayLimits(chosen.maxDelay, chosen.maxDelayedJob);
        this.reader = new PayloadReader(json);
        this.late = chosen.lateStatuses == null ? new LateStatuses(store) : chosen.lateStatuses;
        this.ridesAlong = store == backend.statuses();
        this.statuses =
                new StatusUpdates(store, ridesAlong, chosen.statusExpiry, chosen.waitingStatusExpiry, late, json);
        this.failures = new FailureLog(backend.failures(), json, clock, failureSettings(), largest.page());
        this.producer = new Producer(rules, json, largest, statuses, clock, delays, chosen.deferral, this::destination);
        this.ruby = new RubyRetries(
                json,
                backend.effects().contains(Effect.NoteRetry.class) ? chosen.retryKeys : RetryKeys.NONE,
                (name, now) -> backend.delayed()
                        .map(items -> items.failedRuns(name, now))
                        .orElse(0));
        this.retries = new Retries(
                json,
                () -> ThreadLocalRandom.current().nextDouble(),
                backend.effects().contains(Effect.Retry.class),
                ruby);
        this.published = new PublishedPolicies(backend.workers(), json);
        this.heartbeat = new Heartbeat(backend.workers(), heartbeatInterval);
        this.keepLocks = backend.locks().isEmpty() ? null : policy.deadAfter().plus(heartbeatInterval.multipliedBy(2));
        this.liveness = () -> Liveness.fromHere(policyNow, heartbeat::beatsFor);
        this.sampling = backend.history()
                .map(kept -> new HistoryLoop(
                        kept, new HistorySampler(backend, kept, json, processName("history")), times, threads))
                .orElse(null);
    }

    private static String processName(String part) {
        return ProcessIdentity.under(ProcessHandle.current().pid(), null)
                .ids(QueueList.of(part))
                .get();
    }

    private HistoryLoop sampling() {
        if (sampling == null) {
            throw new ConfigurationException(
                    "The backend of " + backend.endpoint() + " keeps no history; take another backend");
        }
        return sampling;
    }

    private History history() {
        HistoryLoop known = sampling();
        return new History(new HistoryBook(backend.history().orElseThrow(), json), known);
    }

    /** The locks of a job, if the backend can free them. */
    private Optional<LockClaim> claim(Payload payload) {
        return keepLocks == null ? Optional.empty() : LockClaim.of(payload);
    }

    Resque compose() {
        chosen.events.all().forEach(listeners::listen);
        WorkerRecovery recovery = new WorkerRecovery(
                backend.workers(),
                failures,
                reader,
                statuses,
                policy,
                retries,
                published,
                this::claim,
                () -> new FiledElsewhere(backend.failures(), json, largest.page()));
        DeadWorkers dead = new DeadWorkers(backend.workers(), liveness, recovery, running::listeners);
        Supplier<Health> health = () -> {
            Instant now = clock.instant();
            return Health.of(now, heartbeat.vitals, running.health(now), knownLoop());
        };
        if (chosen.heartbeatFile != null) {
            heartbeat.touching(chosen.heartbeatFile);
        }
        heartbeat.renewing(published);
        if (chosen.history) {
            heartbeat.beginning(sampling()::start);
            listeners.listen(times);
        }
        heartbeat.recovering(() -> !dead.recover().elsewhere());
        heartbeat.turning(() -> health.get().isLive());
        CounterReader counters = new CounterReader(backend.statistics());
        WorkerDirectory directory =
                new WorkerDirectory(backend.workers(), new WorkerReader(counters, reader, liveness), running::paused);
        FleetLook look = new FleetLook(backend, directory, counters, reader, clock);
        FailureBook book = new FailureBook(backend.failures(), json, clock, largest.page());
        return new Resque(
                backend,
                json,
                listeners,
                producer.hearing(listeners),
                putOff -> producer.hearing(listeners, putOff),
                new QueueCleaner(
                        backend.queues(),
                        backend.limits().orElse(null),
                        reader,
                        rules,
                        statuses,
                        listeners,
                        largest.page()),
                statuses,
                ends,
                dead,
                new RegisteredWorkers(new WorkerRemoval(backend.workers(), liveness, recovery, running::listeners)),
                inspector(dead, counters, directory, book, look),
                new FailedJobs(book),
                this::delayed,
                this::scheduler,
                this::schedules,
                this::history,
                workers(recovery),
                new Probes(health, heartbeat.vitals, () -> backend.delayed().map(supported -> scheduler()), look),
                new ResqueClosing(running, producer, threads, this::close));
    }

    private RecurringJobs schedules() {
        RecurringEntries entries = backend.recurring()
                .orElseThrow(() -> new ConfigurationException("The backend of " + backend.endpoint()
                        + " does not support recurring jobs; take another backend"));
        return new RecurringJobs(book(entries), producer.hearing(listeners));
    }

    private RecurringBook book(RecurringEntries entries) {
        return new RecurringBook(entries, json, rules, this::fired, RUBYS_ZONE);
    }

    private DelayedJobs delayed() {
        return new DelayedJobs(book(delayedItems()), delays, clock);
    }

    private DelayedBook book(DelayedItems items) {
        return new DelayedBook(items, schedulerLockPrefix, reader, rules, statuses, ruby, listeners, largest.page());
    }

    private synchronized Scheduler scheduler() {
        delayedItems(); // or it says that there are none
        Scheduler known = scheduler;
        if (known == null) {
            known = new Scheduler(Objects.requireNonNull(schedulerLoop()));
            scheduler = known;
        }
        return known;
    }

    /** Made when it is needed first. Null if the backend does not support delayed jobs. */
    private synchronized @Nullable SchedulerLoop schedulerLoop() {
        if (loop == null && backend.delayed().isPresent()) {
            String name = processName("scheduler");
            loop = new SchedulerLoop(
                    delayedItems(),
                    new DueMoves(name, reader, failures, statuses, ruby, running::listeners, largest.worked()),
                    schedulerMode,
                    schedulerLockPrefix,
                    backend.recurring().map(entries -> turns(name, entries)).orElse(null),
                    threads);
            if (isClosed) {
                loop.end(); // so that it never starts
            }
        }
        return loop;
    }

    private RecurringTurns turns(String scheduler, RecurringEntries entries) {
        return new RecurringTurns(
                entries,
                json,
                new TickJobs(scheduler, producer, json, running::listeners, failures),
                this::firedNow,
                RUBYS_ZONE);
    }

    private FiredEntries fired() {
        return schedulerMode == SchedulerMode.REPLACE
                ? new FiredEntries(new ForeignLocks(schedulerLockPrefix, true), schedulerEnvironment)
                : FiredEntries.ONLY_OURS;
    }

    /** While a scheduler of Ruby holds its lock, its entries need not be tried: no tick of them would be made. */
    private FiredEntries firedNow() {
        SchedulerLoop known = knownLoop();
        boolean isHeld = known != null && known.isRunning() && known.holder() != null;
        return isHeld ? FiredEntries.ONLY_OURS : fired();
    }

    private synchronized @Nullable SchedulerLoop knownLoop() {
        return loop;
    }

    private DelayedItems delayedItems() {
        return QueueDestination.delayedItems(backend);
    }

    private FailureSettings failureSettings() {
        return new FailureSettings(
                chosen.failureLists,
                chosen.failureLimit,
                chosen.failureAge,
                chosen.backtraceLimit,
                List.copyOf(chosen.failureSinks));
    }

    /** The queues; or the thread that enqueues a job, which then runs it, if {@link ResqueBuilder#inline} was called. */
    private Destination destination(Producer producer) {
        if (chosen.inline == null) {
            return new QueueDestination(backend, statuses, chosen.flushOnExit);
        }
        WorkerJobs jobs = new WorkerJobs(json, rules, listeners.ofWorker(), producer::hearing);
        jobs.add(chosen.inline);
        jobs.checkConstructors();
        return new InlineDestination(json, statuses, jobs);
    }

    private void retries(Collection<Retry> policies) {
        Adapters.requireRetries(backend);
        if (policies.stream().anyMatch(Retry::retriesDeaths)) {
            policyNow = policy.retryingDeaths();
        }
    }

    private Function<QueueList, WorkerBuilder> workers(WorkerRecovery recovery) {
        WorkerStarter starter = new WorkerStarter(
                backend.queues(),
                json,
                largest.worked(),
                new JobSettlements(json, failures, statuses, retries),
                clock,
                heartbeat,
                new WorkerRegistrar(backend.workers(), liveness, recovery, clock),
                running,
                threads,
                this::schedulerLoop,
                this::retries,
                published,
                backend.limits().orElse(null),
                policy.deadAfter().plus(heartbeat.vitals.interval.multipliedBy(2)),
                keepLocks);
        @Nullable ClassLoader here = Thread.currentThread().getContextClassLoader();
        return queues -> {
            ListenerChain ofWorker = listeners.ofWorker();
            return new WorkerBuilder(
                    starter,
                    adapters,
                    here,
                    queues,
                    ofWorker,
                    new WorkerJobs(json, rules, ofWorker, producer::hearing));
        };
    }

    private Inspector inspector(
            DeadWorkers dead, CounterReader counters, WorkerDirectory directory, FailureBook book, FleetLook look) {
        long page = largest.page();
        BiFunction<Duration, Duration, LostStatusSearch> lost = (olderThan, longest) -> new LostStatusSearch(
                store,
                backend.delayed().orElse(null),
                backend.queues(),
                backend.workers(),
                reader,
                page,
                olderThan,
                longest);
        return new Inspector(
                backend,
                reader,
                directory,
                dead,
                counters,
                lost,
                book,
                new Diagnosis(
                        backend,
                        json,
                        directory,
                        book,
                        lost,
                        backend.delayed()
                                .map(items -> new DelayedFindings(items, book(items), schedulerLockPrefix))
                                .orElse(null),
                        backend.recurring()
                                .map(entries -> new RecurringFindings(book(entries)))
                                .orElse(null),
                        page),
                look,
                page);
    }

    /** Returns null if there is none. Does not wait. */
    private synchronized @Nullable SchedulerLoop endedScheduler() {
        isClosed = true;
        if (loop != null) {
            loop.end();
        }
        return loop;
    }

    /** Ends all parts but the workers and the producer. */
    private void close() {
        SchedulerLoop ending = endedScheduler();
        heartbeat.close();
        if (sampling != null) {
            sampling.close();
        }
        failures.close();
        late.close();
        statuses.close();
        ends.close();
        if (ending != null) { // last: at the end of the JVM there may be no time for it
            ending.awaitEnd();
        }
        try {
            if (!ridesAlong) {
                store.close();
            }
        } finally {
            backend.close();
        }
    }
}
