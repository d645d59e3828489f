package io.resque.backend.redis;

import io.resque.api.spi.FailureList;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names of all keys, which stand nowhere else. Before each stands the namespace and a colon.
 *
 * <pre>
 *   queues                     set     names of the announced queues
 *   queue:NAME                 list    payloads; RPUSH at the tail, LPOP at the head
 *   workers                    set     worker ids, host:pid:queue,queue
 *   worker:ID                  string  the job it holds; absent while idle
 *   worker:ID:started          string  when it registered
 *   worker:ID:java             hash    ours: what its process says of itself; expires
 *   inflight:ID:QUEUE          list    Jesque's: the job it holds, as it stood in its queue
 *   workers:heartbeat          hash    worker id to ISO-8601 time
 *   pruning_dead_workers_in_progress string  the process that looks for dead workers; expires
 *   pause-all-workers          string  "true" pauses all
 *   stat:NAME, stat:NAME:ID    string  counters, of all and of one worker
 *   failed                     list    failure records, oldest first
 *   failed_queues              set     names of the lists NAME_failed
 *   NAME_failed                list    failure records of one queue, redis_multi_queue
 *   job:TOKEN:status           string  status of a tracked job
 *   delayed_queue_schedule     zset    seconds at which delayed items stand, each with itself as score
 *   delayed:SECOND             list    the delayed items of a second, oldest first
 *   timestamps:ITEM            set     delayed:SECOND for each second at which an item stands
 *   NAMESPACE:resque_scheduler_master_lock  string  the Ruby scheduler that moves delayed items; perhaps with a prefix of its own
 *   resque_scheduler_leader_lock  string  the Node scheduler that does
 *   persistent_schedules       hash    name of a recurring job to its entry
 *   schedules_changed          set     names of entries that Ruby's schedulers must load or drop
 *   delayed:last_enqueued_at   hash    name of a recurring job to its last run
 *   resque-retry:CLASS[:SHA1]  string  the number of the last run of a job that is retried; ours expire
 *   failure-resque-retry:CLASS[:SHA1]  string  how that run failed; expires
 *   java:retry_due:CLASS[:SHA1]  string  ours: the second at which that retry is due, until one of us has moved it; expires
 *   java:seen_scheduler        string  ours: the lock of another library's scheduler that was held a moment ago; expires
 *   java:schedule_look         string  ours: the scheduler that looks for earlier items in the name of all; expires
 *   java:schedulers            zset    ours: the schedulers that are there, each with the second up to which it counts; expires
 *   java:paused_schedules      set     ours: names of the entries that are paused
 *   java:made_ticks            hash    ours: name of an entry to its ten newest ticks
 *   java:paused-queues         string  ours: names of the queues that are paused for workers of this library, each with the end of a line
 *   java:sessions              hash    ours: worker id to who registered it, its last step, and the job it holds; and
 *                                      the field format, which is no id
 *   java:policies:SHA1         string  ours: retry policies of workers, under the SHA-1 of this text; expires
 *   java:lock:KIND:QUEUE:NAME  string  ours: the lock of a unique job: when it ends, and who holds it; expires
 *   lock:, loner:lock:, lonely_job:, workerslock:, loners:queue:, solo:queue:  string  locks of plugins of Ruby and Node; ours expire
 *   java:lock:LOCK             string  ours: who holds a lock of loners:queue: or solo:queue:; expires with it
 *   java:queue-slots:QUEUE     hash    ours: worker id to the token and the number of its job, of each that took a job of a queue with a
 *                                      limit; expires
 *   java:progress:TOKEN        string  ours: what a tracked job tells of itself; expires
 *   java:deaths                hash    ours: SHA-1 of a payload to the workers it killed
 *   java:slots:LIMIT           zset    ours: the owners of the slots of a limit, each with the second up to which that counts
 *   java:limited:LIMIT         list    ours: the jobs that wait for a slot, each behind the name of its queue and the length of that
 *   java:limits                hash    ours: name of each limit for which jobs wait, to its number of slots
 *   java:limits_look           string  ours: a process looks for free slots in the name of all; expires
 *   java:rate:LIMIT            list    ours: the instants, in milliseconds, at which the last jobs of a rate began; expires
 *   java:history:leader        string  ours: the process that writes samples in the name of all; expires
 *   java:history:m:MINUTE      hash    ours: second to a sample of what was there, every 10 s; expires
 *   java:history:h:TENMINUTES  hash    ours: the same, every 100 s
 *   java:metrics:m:MINUTE      hash    ours: class to the run times of its jobs; expires
 *   java:history:marks:DAY     list    ours: marks, each behind its second and a blank; expires
 *   java:oversize              hash    ours: the bytes of payloads that were too large for their worker
 * </pre>
 */
final class Keys {
    private static final String PROCESSED = "processed";
    private static final String FAILED = "failed";

    /** What stands before a second in the members of {@code timestamps:ITEM}, and in the name of its list. */
    private static final String DELAYED = "delayed:";

    private final String namespace;
    private final String prefix;

    final byte[] queues;
    final byte[] workers;
    final byte[] heartbeat;
    final byte[] pruning;
    final byte[] pause;
    final byte[] processed;
    final byte[] failed;
    final byte[] failedQueues;
    final byte[] deaths;
    final byte[] sessions;
    final byte[] oversize;
    final byte[] schedule;
    final byte[] leaderLock;
    final byte[] seenScheduler;
    final byte[] scheduleLook;
    final byte[] schedulers;
    final byte[] noKey;
    final byte[] recurring;
    final byte[] changedRecurring;
    final byte[] lastRuns;
    final byte[] pausedRecurring;
    final byte[] madeTicks;
    final byte[] limits;
    final byte[] limitsLook;
    final byte[] historyLeader;

    /** What stands before the name of a queue in its key. */
    final byte[] queuePrefix;

    final byte[] pausedQueues;

    Keys(String namespace) {
        this.namespace = namespace;
        prefix = namespace.isEmpty() ? "" : namespace + ":";
        queues = key("queues");
        workers = key("workers");
        heartbeat = key("workers:heartbeat");
        pruning = key("pruning_dead_workers_in_progress");
        pause = key("pause-all-workers");
        processed = stat(PROCESSED);
        failed = stat(FAILED);
        failedQueues = key("failed_queues");
        deaths = key("java:deaths");
        sessions = key("java:sessions");
        oversize = key("java:oversize");
        schedule = key("delayed_queue_schedule");
        leaderLock = key("resque_scheduler_leader_lock");
        seenScheduler = key("java:seen_scheduler");
        scheduleLook = key("java:schedule_look");
        schedulers = key("java:schedulers");
        noKey = key("java:no_key");
        recurring = key("persistent_schedules");
        changedRecurring = key("schedules_changed");
        lastRuns = key("delayed:last_enqueued_at");
        pausedRecurring = key("java:paused_schedules");
        madeTicks = key("java:made_ticks");
        limits = key("java:limits");
        limitsLook = key("java:limits_look");
        historyLeader = key("java:history:leader");
        queuePrefix = queue("");
        pausedQueues = key("java:paused-queues"); // step.lua cuts this name off to get the namespace
    }

    byte[] queue(String queue) {
        return key("queue:" + queue);
    }

    /** Who holds a job of a queue that has a limit. */
    byte[] queueSlots(String queue) {
        return key("java:queue-slots:" + queue);
    }

    /** The name of the queue that has this key; the whole key if it is of another namespace, as after keys were copied. */
    String queueName(byte[] key) {
        String text = utf8(key);
        String before = prefix + "queue:";
        return text.startsWith(before) ? text.substring(before.length()) : text;
    }

    byte[] worker(String id) {
        return key("worker:" + id);
    }

    byte[] started(String id) {
        return key("worker:" + id + ":started");
    }

    byte[] attributes(String id) {
        return key("worker:" + id + ":java");
    }

    byte[] inFlight(String id, String queue) {
        return key("inflight:" + id + ":" + queue);
    }

    byte[] policies(String name) {
        return key("java:policies:" + name);
    }

    byte[] slots(String limit) {
        return key("java:slots:" + limit);
    }

    byte[] limited(String limit) {
        return key("java:limited:" + limit);
    }

    byte[] rate(String limit) {
        return key("java:rate:" + limit);
    }

    /** The samples of a minute, or of ten. */
    byte[] history(String kind, long number) {
        return key("java:history:" + kind + ":" + number);
    }

    byte[] runTimes(long minute) {
        return key("java:metrics:m:" + minute);
    }

    /** The marks of the day of an instant. */
    byte[] marks(Instant at) {
        return key("java:history:marks:"
                + DateTimeFormatter.BASIC_ISO_DATE.format(
                        at.atOffset(ZoneOffset.UTC).toLocalDate()));
    }

    /** The lock that a claim names. */
    byte[] lock(String name) {
        return key(name);
    }

    /** The key beside the lock of a plugin that accepts no owner in it; null if a lock of this name has none. */
    byte @Nullable [] besideLock(String name) {
        return LockClaim.Lock.WITHOUT_OWNER.stream().anyMatch(name::startsWith)
                ? key(LockClaim.Lock.PREFIXES.get(0) + name)
                : null;
    }

    /** The name of the lock that has this key, as a claim names it. */
    String lockName(byte[] key) {
        return utf8(key).substring(prefix.length());
    }

    /** Matches the keys of all locks, and few others, for SCAN: those of ours, and those of plugins. */
    byte[] lockPattern() {
        return pattern("[jlsw][ao][vcnlr]*");
    }

    /** What stands before each key, for scripts that make keys of what they read. */
    byte[] namespace() {
        return bytes(prefix);
    }

    byte[] retryCounter(String name) {
        return key("resque-retry:" + name);
    }

    byte[] retryFailure(String name) {
        return key("failure-resque-retry:" + name);
    }

    byte[] retryDue(String name) {
        return key("java:retry_due:" + name);
    }

    byte[] stat(String name) {
        return key("stat:" + name);
    }

    byte[] processed(String id) {
        return stat(PROCESSED + ":" + id);
    }

    byte[] failed(String id) {
        return stat(FAILED + ":" + id);
    }

    byte[] failures(FailureList list) {
        return key(list.name());
    }

    /** The name of the list in {@code failed_queues}; empty for the common list, which does not stand there. */
    static String failedMember(FailureList list) {
        return list.queue() == null ? "" : list.name();
    }

    /** The list of the items of a second, whose number stands behind it. */
    byte[] delayed(String second) {
        return key(DELAYED + second);
    }

    /** The list that belongs to an entry of the schedule, which may be any bytes. */
    byte[] delayed(Payload entry) {
        return joined(key(DELAYED), entry.toBytes());
    }

    /** The set of the seconds at which an item stands. */
    byte[] seconds(Payload item) {
        return joined(key("timestamps:"), item.toBytes());
    }

    /** Ruby writes the namespace twice. */
    byte[] masterLock(String itsPrefix) {
        return key(namespace + ":" + (itsPrefix.isEmpty() ? "" : itsPrefix + ":") + "resque_scheduler_master_lock");
    }

    /** The list of the second that a member of such a set names. */
    byte[] marked(byte[] member) {
        return joined(bytes(prefix), member);
    }

    /** The item whose set of seconds has this key. */
    byte[] itemOf(byte[] key) {
        return Arrays.copyOfRange(key, key("timestamps:").length, key.length);
    }

    /** The second whose list has this key; any other text behind {@code delayed:} as it is. */
    String delayedSecond(byte[] key) {
        return utf8(key).substring(prefix.length() + DELAYED.length());
    }

    /** Matches the keys of the lists of all seconds, for SCAN. */
    byte[] delayedPattern() {
        return pattern(DELAYED + "*");
    }

    /** Matches the keys of these sets, for SCAN. */
    byte[] secondsPattern() {
        return pattern("timestamps:*");
    }

    /** Whether the namespace is that of a trial of the server. */
    boolean isTrial() {
        return namespace.startsWith("{resque-trial-");
    }

    /** Matches all keys of the namespace, for SCAN. */
    byte[] everyPattern() {
        return pattern("*");
    }

    private byte[] pattern(String rest) {
        return bytes(prefix.replaceAll("[\\[\\]*?^\\\\-]", "\\\\$0") + rest);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    byte[] status(String token) {
        return key("job:" + token + ":status");
    }

    byte[] progress(String token) {
        return key("java:progress:" + token);
    }

    /** Matches the keys of all statuses, for SCAN. */
    byte[] statusPattern() {
        return pattern("job:*:status");
    }

    /** The token of the status that has this key. */
    String statusToken(byte[] key) {
        String name = utf8(key);
        return name.substring(prefix.length() + "job:".length(), name.length() - ":status".length());
    }

    private byte[] key(String name) {
        return bytes(prefix + name);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    /** The number in sixteen digits, so that Lua can compare it as text. */
    static byte[] digits(long number) {
        byte[] digits = new byte[16];
        Arrays.fill(digits, (byte) '0');
        long rest = number;
        for (int i = digits.length - 1; rest > 0; i--) {
            digits[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return digits;
    }

    static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
