package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendException;
import io.resque.api.LimitUse;
import io.resque.api.spi.Effect;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Limits.Slot;
import io.resque.api.spi.Limits.WaitingJob;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.WorkerSession;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests of the slots that a job takes before it runs. */
@NeedsFeature(Feature.LIMITS)
abstract class LimitRules extends BackendRules {
    private static final String NAME = "class:\u00c4";
    private static final Slot ONE = new Slot(NAME, 1, null);
    private static final Slot OF_KEY = new Slot("key:1", 1, null);
    private static final Duration LASTS = Duration.ofSeconds(600);

    /** So long a slot is kept for a job that was sent back. */
    private static final long OFFER = 30;

    LimitRules(QueueBackendTck kit) {
        super(kit);
    }

    private Limits limits() {
        return backend.limits()
                .orElseThrow(() -> new AssertionError(
                        "the adapter declares " + Feature.LIMITS + ", so limits() must not be empty"));
    }

    private static Payload payload(int argument) {
        return Payload.ofText("{\"class\":\"\u00c4\",\"args\":[" + argument + "]}");
    }

    private WorkerSession worker(int number) {
        return register(backend, "kit-host:" + number + ":high");
    }

    private static Limits.State state(WorkerSession session, ReservedJob job, Slot... slots) {
        return session.takeSlots(job, List.of(slots), LASTS).state();
    }

    /** A worker that holds the next job of the queue {@code high}, with its slots. */
    private WorkerSession running(int number, Slot... slots) {
        WorkerSession session = worker(number);
        assertThat(state(session, take(session, "high"), slots))
                .as("a slot is free, and no job waits")
                .isEqualTo(Limits.State.TAKEN);
        return session;
    }

    private static ReservedJob held(WorkerSession session) {
        return job(session.reserve(of()));
    }

    private static Settlement frees(WorkerSession session, Slot... slots) {
        ReservedJob job = held(session);
        return new Settlement(job, freeing(job, slots));
    }

    private static List<Effect> freeing(ReservedJob job, Slot... slots) {
        List<Effect> effects = new ArrayList<>(List.of(new Effect.Count(true, false)));
        for (Slot slot : slots) {
            effects.add(new Effect.FreeSlot(slot.limit(), job.number()));
        }
        return effects;
    }

    private List<WaitingJob> waiting(String limit) {
        return limits().range(limit, 0, 100, 1 << 20);
    }

    private static List<WaitingJob> ofHigh(int... arguments) {
        List<WaitingJob> jobs = new ArrayList<>();
        for (int argument : arguments) {
            jobs.add(new WaitingJob("high", payload(argument)));
        }
        return jobs;
    }

    private List<Payload> payloads(int... arguments) {
        return ofHigh(arguments).stream().map(WaitingJob::payload).toList();
    }

    @Test
    @WireRule("W-791")
    void aJobWithoutASlotWaitsInTheListOfItsLimit() {
        assertThat(backend.effects())
                .as("the adapter declares %s, so it must name the effect", Feature.LIMITS)
                .contains(Effect.FreeSlot.class);
        push("high", payload(1), payload(2), payload(3), payload(4));
        Slot two = new Slot(NAME, 2, null);
        running(1, two);
        running(2, two);
        for (int number : new int[] {3, 4}) {
            WorkerSession late = worker(number);
            ReservedJob job = take(late, "high");
            assertThat(state(late, job, two)).as("both slots are taken").isEqualTo(Limits.State.WAITS);
            assertThat(state(late, job, two))
                    .as("a repeated call must not put the job into the list again")
                    .isEqualTo(Limits.State.WAITS);
            assertThat(late.reserve(of("none")))
                    .as("the job waits in the list, so the session must not hold it")
                    .isEqualTo(Reservation.EMPTY);
            assertThat(inspect(late.id()).record())
                    .as("its record must be gone")
                    .isNull();
            assertThat(late.settle(new Settlement(job, List.of())))
                    .as("a settlement of it does nothing")
                    .isTrue();
        }
        assertThatPayloads(queue("high")).as("the jobs are not in their queue").isEmpty();
        assertThat(waiting(NAME)).as("the jobs in the order of their calls").isEqualTo(ofHigh(3, 4));
        assertThat(limits().used(10)).containsExactly(new LimitUse(NAME, 2, 2, 2));
        assertThat(limits().used(0)).isEmpty();
        assertThat(limits().range(NAME, 1, 1, 1 << 20)).isEqualTo(ofHigh(4));
        isRefused("range(limit, -1, 1, 1)", () -> limits().range(NAME, -1, 1, 1));
        isRefused("range(limit, 0, -1, 1)", () -> limits().range(NAME, 0, -1, 1));
        onKeys(() -> {
            assertThat(redis.texts("LRANGE", key("java:limited:" + NAME), 0, -1))
                    .containsExactly(
                            "4:high" + payload(3).text(), "4:high" + payload(4).text());
            assertThat(redis.texts("HGETALL", key("java:limits"))).containsExactly(NAME, "2");
            assertThat(redis.texts("ZRANGE", key("java:slots:" + NAME), 0, -1))
                    .containsExactly("kit-host:1:high 0000000000000001", "kit-host:2:high 0000000000000001");
            assertThat(redis.number("ZSCORE", key("java:slots:" + NAME), "kit-host:1:high 0000000000000001")
                            - seconds())
                    .isBetween(590L, 600L);
            assertThat(redis.number("TTL", key("java:slots:" + NAME))).isBetween(590L, 601L);
        });
    }

    private long seconds() {
        return now().getEpochSecond();
    }

    @Test
    @WireRule("W-792")
    void aFreedSlotSendsTheJobThatWaitsLongestBack() {
        JobEnds.of(this).forEach((name, end) -> {
            Slot one = new Slot("of " + name, 1, null);
            push("high", payload(1), payload(2), payload(3));
            WorkerSession first = register();
            ReservedJob job = take(first, "high");
            assertThat(state(first, job, one)).isEqualTo(Limits.State.TAKEN);
            WorkerSession late = worker(2);
            assertThat(state(late, take(late, "high"), one)).isEqualTo(Limits.State.WAITS);
            assertThat(state(late, take(late, "high"), one)).isEqualTo(Limits.State.WAITS);
            push("high", payload(9));
            end.of(first, job, freeing(job, one));
            List<Payload> left = new ArrayList<>(queue("high"));
            if (name.equals("putBack") || name.endsWith("requeue")) {
                assertThatPayloads(left).as("%s puts the job back, too", name).contains(payload(1));
                left.remove(payload(1));
            }
            assertThatPayloads(left)
                    .as("%s frees the slot: the job goes to the head of its queue, once", name)
                    .containsExactly(payload(2), payload(9));
            assertThat(waiting(one.limit())).isEqualTo(ofHigh(3));
            WorkerSession other = worker(3);
            ReservedJob next = take(other, "high");
            if (state(other, next, one) != Limits.State.TAKEN) { // the job that was put back stood before it
                next = take(other, "high");
                assertThat(state(other, next, one)).isEqualTo(Limits.State.TAKEN);
            }
            assertThatPayload(next.payload())
                    .as("after %s the slot is kept for the job that was sent back, whoever takes it", name)
                    .isEqualTo(payload(2));
            other.settle(new Settlement(next, List.of()));
            List.of(first, late, other).forEach(WorkerSession::unregister);
            backend.queues().remove("high");
        });
    }

    @Test
    @WireRule("W-792")
    void theSameStepCanTakeTheJobThatIsSentBack() {
        push("high", payload(1), payload(2), payload(3), payload(4));
        WorkerSession first = running(1, ONE);
        WorkerSession late = worker(2);
        state(late, take(late, "high"), ONE);
        state(late, take(late, "high"), ONE);
        Reservation next = first.settleAndReserve(frees(first, ONE), of("none", "high"));
        assertThatPayload(job(next).payload())
                .as("the job that waits longest stands at the head of its queue before the step takes the next job")
                .isEqualTo(payload(2));
        assertThat(state(first, job(next), ONE)).isEqualTo(Limits.State.TAKEN);
        assertThat(state(late, take(late, "high"), ONE))
                .as("a job that has not waited goes behind those that wait")
                .isEqualTo(Limits.State.WAITS);
        assertThat(waiting(NAME)).isEqualTo(ofHigh(3, 4));
    }

    @Test
    @WireRule("W-792")
    void aJobThatHasNotWaitedGoesBehindThoseThatWait() {
        push("high", payload(1), payload(2), payload(3));
        WorkerSession first = running(1, ONE);
        WorkerSession late = worker(2);
        state(late, take(late, "high"), ONE);
        assertThat(state(late, take(late, "high"), new Slot(NAME, 2, null)))
                .as("a worker that allows two jobs finds one that waits")
                .isEqualTo(Limits.State.WAITS);
        assertThatPayloads(queue("high"))
                .as("that one goes back, since a slot is free for it")
                .containsExactly(payload(2));
        assertThat(waiting(NAME)).isEqualTo(ofHigh(3));
        first.settle(frees(first, ONE));
        assertThatPayloads(queue("high")).containsExactly(payload(3), payload(2));
    }

    @Test
    @WireRule("W-792")
    void theQueueOfAJobThatIsSentBackIsAnnounced() {
        push("high", payload(1), payload(2));
        WorkerSession first = running(1, ONE);
        WorkerSession late = worker(2);
        state(late, take(late, "high"), ONE);
        backend.queues().remove("high");
        first.settle(frees(first, ONE));
        assertThat(judge.queues()).contains("high");
    }

    @Test
    @WireRule("W-792")
    void aSlotWithoutAJobThatWaitsIsFreeForTheNext() {
        push("high", payload(1), payload(2));
        WorkerSession first = running(1, ONE);
        first.settle(frees(first, ONE));
        running(2, ONE);
        assertThat(limits().used(10)).as("no job waits").isEmpty();
        onKeys(() -> assertThat(redis.number("EXISTS", key("java:limits"))).isZero());
    }

    @Test
    @WireRule("W-793")
    void aSlotCountsOnlyAsLongAsItLasts() {
        push("high", payload(1), payload(2), payload(3), payload(4));
        WorkerSession dies = worker(1);
        WorkerSession lives = worker(2);
        Duration second = Duration.ofSeconds(1);
        Slot two = new Slot(NAME, 2, null);
        assertThat(dies.takeSlots(take(dies, "high"), List.of(two), second).state())
                .isEqualTo(Limits.State.TAKEN);
        assertThat(lives.takeSlots(take(lives, "high"), List.of(two), second).state())
                .isEqualTo(Limits.State.TAKEN);
        WorkerSession late = worker(3);
        state(late, take(late, "high"), two);
        state(late, take(late, "high"), two);
        Eventually.until("the slot of a worker without a heartbeat must end, and a job be sent back", LIMIT, () -> {
            backend.workers().heartbeat(List.of(lives));
            limits().sendBack();
            return !queue("high").isEmpty();
        });
        assertThatPayloads(queue("high"))
                .as("a heartbeat renews the slot of the other worker, so one is free")
                .containsExactly(payload(3));
        assertThat(limits().sendBack()).as("a job still waits").isTrue();
        lives.settle(frees(lives, two));
        assertThatPayloads(queue("high")).containsExactly(payload(4), payload(3));
        onKeys(() -> assertThat(redis.number("EXISTS", key("java:limits")))
                .as("no job waits")
                .isZero());
        assertThat(limits().sendBack()).as("no job waits").isFalse();
        assertThat(waiting(NAME)).isEmpty();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-793")
    void aHeartbeatRenewsOnlyASlotThatIsThere() {
        push("high", payload(1));
        WorkerSession session = running(1, ONE);
        redis.call("ZADD", key("java:slots:" + NAME), "4000000000", "other 1");
        redis.call("EXPIRE", key("java:slots:" + NAME), 5); // less than the slot lasts
        backend.workers().heartbeat(List.of(session));
        assertThat(redis.texts("ZRANGE", key("java:slots:" + NAME), 0, -1)).hasSize(2);
        assertThat(redis.number("TTL", key("java:slots:" + NAME))).isBetween(590L, 601L);
        redis.call("ZREM", key("java:slots:" + NAME), "kit-host:1:high 0000000000000001");
        backend.workers().heartbeat(List.of(session));
        assertThat(redis.texts("ZRANGE", key("java:slots:" + NAME), 0, -1))
                .as("another program, or the end of the job, has freed the slot")
                .containsExactly("other 1");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-793")
    void aHeartbeatRenewsNoSlotOfAJobThatHasGone() {
        push("high", payload(1));
        WorkerSession session = running(1, ONE);
        session.putBack(held(session), List.of()); // without freeing its slot
        redis.call("ZADD", key("java:slots:" + NAME), "4000000000", "kit-host:1:high 0000000000000001");
        redis.call("EXPIRE", key("java:slots:" + NAME), 5_000);
        backend.workers().heartbeat(List.of(session));
        assertThat(redis.number("ZSCORE", key("java:slots:" + NAME), "kit-host:1:high 0000000000000001"))
                .isEqualTo(4_000_000_000L);
        WorkerSession second = running(2, new Slot(NAME, 2, null));
        backend.workers().heartbeat(List.of(second));
        assertThat(redis.number("TTL", key("java:slots:" + NAME)))
                .as("the key must stay for the owner that counts longest")
                .isBetween(4_900L, 5_000L);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-793")
    void oneProcessLooksInTheNameOfAll() {
        push("high", payload(1), payload(2));
        WorkerSession first = running(1, ONE);
        WorkerSession late = worker(2);
        state(late, take(late, "high"), ONE);
        redis.call("DEL", key("java:slots:" + NAME));
        redis.call("SET", key("java:limits_look"), "", "PX", 100_000);
        limits().look();
        assertThatPayloads(queue("high")).as("another process looks").isEmpty();
        redis.call("DEL", key("java:limits_look"));
        limits().look();
        assertThatPayloads(queue("high")).containsExactly(payload(2));
        assertThat(redis.number("PTTL", key("java:limits_look"))).isBetween(1L, 1_000L);
        first.settle(frees(first, ONE));
    }

    @Test
    @WireRule("W-792")
    void aJobOfAPausedQueueKeepsNoSlot() {
        push("high", payload(1));
        push("low", payload(2), payload(3));
        WorkerSession first = running(1, ONE);
        WorkerSession late = worker(2);
        state(late, take(late, "low"), ONE);
        push("high", payload(4), payload(5));
        state(late, take(late, "high"), ONE);
        state(late, take(late, "low"), ONE);
        state(late, take(late, "high"), ONE);
        assertThat(backend.queues().pause("low")).isTrue();
        first.settle(frees(first, ONE));
        assertThatPayloads(queue("low")).as("its queue is paused").containsExactly(payload(2), payload(3));
        assertThatPayloads(queue("high"))
                .as("the slot is for the job behind it")
                .containsExactly(payload(4));
        assertThat(waiting(NAME)).as("there is no second slot").isEqualTo(ofHigh(5));
    }

    @Test
    @WireRule("W-794")
    void equalJobsHaveSlotsOfTheirOwn() {
        push("high", payload(1), payload(2), payload(7), payload(7), payload(7));
        Slot two = new Slot(NAME, 2, null);
        WorkerSession first = running(1, two);
        WorkerSession second = running(2, two);
        WorkerSession late = worker(3);
        for (int i = 0; i < 3; i++) {
            assertThat(state(late, take(late, "high"), two)).isEqualTo(Limits.State.WAITS);
        }
        first.settle(frees(first, two));
        second.settle(frees(second, two));
        assertThatPayloads(queue("high")).containsExactly(payload(7), payload(7));
        onKeys(() -> {
            List<String> owners = redis.texts("ZRANGE", key("java:slots:" + NAME), 0, -1);
            String sha = sha1(payload(7));
            assertThat(owners).containsExactlyInAnyOrder("back " + sha + " 1", "back " + sha + " 2");
            for (String owner : owners) {
                assertThat(redis.number("ZSCORE", key("java:slots:" + NAME), owner) - seconds())
                        .as("it is kept for half a minute")
                        .isBetween(OFFER - 5, OFFER);
            }
        });
        running(4, two);
        running(5, two);
        assertThat(waiting(NAME)).isEqualTo(ofHigh(7));
        assertThat(limits().used(1))
                .as("each has taken the slot that was kept for it")
                .containsExactly(new LimitUse(NAME, 2, 2, 1));
        assertThat(limits().sendBack()).isTrue();
        assertThatPayloads(queue("high")).as("both slots are taken").isEmpty();
    }

    private static String sha1(Payload payload) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(payload.toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @WireRule("W-795")
    void aJobHasTheSlotsOfAllItsLimitsOrOfNone() {
        push("high", payload(1), payload(2), payload(3), payload(4));
        WorkerSession first = running(1, OF_KEY);
        WorkerSession late = worker(2);
        assertThat(state(late, take(late, "high"), ONE, OF_KEY)).isEqualTo(Limits.State.WAITS);
        assertThat(waiting(OF_KEY.limit()))
                .as("it waits for the limit that is reached")
                .isEqualTo(ofHigh(2));
        assertThat(waiting(NAME)).isEmpty();
        WorkerSession other = running(3, ONE); // 3: no slot was taken there
        first.settle(frees(first, OF_KEY)); // 2 goes back for its key, and finds the other limit reached
        assertThat(state(late, take(late, "high"), ONE, OF_KEY)).isEqualTo(Limits.State.WAITS);
        assertThat(waiting(NAME)).isEqualTo(ofHigh(2));
        running(4, OF_KEY); // 4: the slot that was kept for 2 is free again
        other.settle(frees(other, ONE));
        assertThat(state(other, take(other, "high"), ONE, OF_KEY)).isEqualTo(Limits.State.WAITS);
        assertThat(waiting(OF_KEY.limit())).isEqualTo(ofHigh(2));
    }

    @Test
    @WireRule("W-795")
    void slotsAreKeptByARepeatedCallAndALostSessionGetsNone() {
        push("high", payload(1), payload(2), payload(3));
        WorkerSession first = running(1, ONE);
        assertThat(state(first, held(first), ONE)).as("it has its slot").isEqualTo(Limits.State.TAKEN);
        WorkerSession late = worker(2);
        state(late, take(late, "high"), ONE);
        assertThat(state(first, held(first), ONE))
                .as("it has its slot, though a job waits")
                .isEqualTo(Limits.State.TAKEN);
        WorkerSession lost = register();
        ReservedJob job = take(lost, "high");
        judge.removeWorker(ID);
        Map<String, Object> before = everything();
        assertThat(state(lost, job, ONE)).isEqualTo(Limits.State.LOST);
        assertThat(everything()).as("a lost session must write nothing").isEqualTo(before);
        assertThat(limits().sendBack()).isTrue();
        first.settle(frees(first, ONE));
        first.settle(new Settlement(job, List.of(new Effect.FreeSlot(NAME, 1))));
        assertThatPayloads(queue("high"))
                .as("a second end must free no other slot")
                .containsExactly(payload(2));
    }

    @Test
    @WireRule("W-796")
    void aRateGivesEachJobItsTurn() {
        Slot rate = new Slot("rate:" + NAME, 2, Duration.ofMinutes(10));
        push("high", payload(1), payload(2), payload(3), payload(4), payload(5));
        long begin = seconds();
        List<Long> turns = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            WorkerSession session = worker(i);
            ReservedJob job = take(session, "high");
            Limits.Answer answer = session.takeSlots(job, List.of(rate, ONE), LASTS);
            assertThat(answer.state())
                    .as("job %s of a rate of two", i)
                    .isEqualTo(i <= 2 ? Limits.State.TAKEN : Limits.State.TOO_EARLY);
            assertThatPayload(held(session).payload())
                    .as("the session still holds a job whose turn comes later")
                    .isEqualTo(payload(i));
            session.settle(new Settlement(job, i <= 2 ? freeing(job, ONE) : List.of())); // the third takes no slot
            turns.add(answer.second() - begin);
        }
        assertThat(turns.subList(2, 4))
                .as("two have their turn a period later")
                .allMatch(turn -> turn >= 600 && turn <= 620);
        assertThat(turns.get(4)).as("and the next one two periods later").isBetween(1200L, 1240L);
        onKeys(() -> {
            List<String> kept = redis.texts("LRANGE", key("java:rate:rate:" + NAME), 0, -1);
            assertThat(kept).as("the last two turns, in milliseconds").hasSize(2);
            assertThat(Long.parseLong(kept.get(1)) / 1000 - begin).isBetween(1199L, 1240L);
            assertThat((turns.get(4) + begin) * 1000)
                    .as("the second is not before the turn")
                    .isGreaterThanOrEqualTo(Long.parseLong(kept.get(1)));
            assertThat(redis.number("TTL", key("java:rate:rate:" + NAME))).isBetween(1790L, 1840L);
        });
    }

    @Test
    @WireRule("W-791")
    void aRepeatedCallReservesNoSecondTurn() {
        Slot rate = new Slot("rate", 1, Duration.ofMinutes(10));
        push("high", payload(1), payload(2), payload(3));
        WorkerSession first = running(1, rate);
        assertThat(state(first, held(first), rate)).as("its turn has come").isEqualTo(Limits.State.TAKEN);
        WorkerSession late = worker(2);
        Limits.Answer turn = late.takeSlots(take(late, "high"), List.of(rate), LASTS);
        assertThat(late.takeSlots(held(late), List.of(rate, ONE), LASTS))
                .as("its turn is reserved")
                .isEqualTo(turn);
        first.settle(frees(first));
        assertThat(first.takeSlots(take(first, "high"), List.of(rate), LASTS).second())
                .as("the next job has the next turn")
                .isEqualTo(turn.second() + 600);
    }

    @Test
    @WireRule("W-796")
    void aJobThatWaitsForASlotTakesNoTurn() {
        Slot rate = new Slot("rate", 2, Duration.ofMinutes(10));
        push("high", payload(1), payload(2), payload(3));
        WorkerSession first = running(1, ONE, rate);
        WorkerSession late = worker(2);
        assertThat(state(late, take(late, "high"), ONE, rate)).isEqualTo(Limits.State.WAITS);
        first.settle(frees(first, ONE));
        assertThat(state(late, take(late, "high"), ONE, rate))
                .as("the second turn of the rate is still free")
                .isEqualTo(Limits.State.TAKEN);
    }

    @Test
    @WireRule("W-796")
    void aSlotThatWasKeptForAJobIsFreeIfItsTurnComesLater() {
        Slot rate = new Slot("rate", 1, Duration.ofMinutes(10));
        push("high", payload(1), payload(2), payload(3));
        WorkerSession first = running(1, ONE, rate);
        WorkerSession late = worker(2);
        state(late, take(late, "high"), ONE, rate);
        state(late, take(late, "high"), ONE);
        first.settle(frees(first, ONE));
        assertThat(state(late, take(late, "high"), ONE, rate)).isEqualTo(Limits.State.TOO_EARLY);
        assertThatPayloads(queue("high"))
                .as("the next one that waits gets the slot")
                .containsExactly(payload(3));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-797")
    void nothingIsHalfWritten() {
        List<String> foreign =
                List.of("java:slots:" + OF_KEY.limit(), "java:limited:" + OF_KEY.limit(), "java:limits", "java:rate:r");
        for (String place : foreign) {
            redis.deleteKeys(namespace + ":");
            push("high", payload(1));
            WorkerSession session = register();
            ReservedJob job = take(session, "high");
            redis.call("SET", key(place), "somebody's");
            Map<String, Object> before = everythingButSteps();
            Slot rate = new Slot("r", 1, Duration.ofHours(1));
            Throwable refused = catchThrowable(() -> state(session, job, OF_KEY, rate));
            assertThat(refused)
                    .as("%s has another type", place)
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining(key(place));
            assertThat(everythingButSteps()).as("takeSlots, %s", place).isEqualTo(before);
            if (!place.startsWith("java:rate")) {
                refused = catchThrowable(() -> session.settle(new Settlement(job, freeing(job, OF_KEY))));
                assertThat(refused).isInstanceOf(BackendException.class).hasMessageContaining(key(place));
                assertThat(everythingButSteps()).as("settle, %s", place).isEqualTo(before);
            }
            limits().sendBack();
            limits().used(10);
            redis.call("DEL", key(place));
            assertThat(state(session, job, OF_KEY, rate)).isEqualTo(Limits.State.TAKEN);
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-797")
    void aJobThatCannotGoBackWaitsOn() {
        push("high", payload(1), payload(2));
        WorkerSession first = running(1, ONE);
        WorkerSession late = worker(2);
        state(late, take(late, "high"), ONE);
        redis.call("SET", key("queue:high"), "somebody's");
        first.settle(frees(first, ONE));
        assertThat(waiting(NAME)).as("its queue has another type").isEqualTo(ofHigh(2));
        redis.call("DEL", key("queue:high"));
        limits().sendBack();
        assertThatPayloads(queue("high")).containsExactly(payload(2));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-797")
    void whereARightIsMissingTheJobStays() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            backend = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            boolean asks = client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1;
            for (String right : asks ? List.of("zadd", "rpush", "zrem", "zcard", "lrange") : List.<String>of()) {
                client.call("FLUSHALL");
                client.call(
                        "RPUSH",
                        key("queue:high"),
                        payload(1).toBytes(),
                        payload(2).toBytes());
                WorkerSession first = register();
                ReservedJob job = take(first, "high");
                if (!right.equals("zadd") && !right.equals("rpush")) {
                    state(first, job, ONE);
                }
                client.call("ACL", "SETUSER", "app", "-" + right);
                assertThat(catchThrowable(() -> {
                            if (!right.equals("zadd") && !right.equals("rpush")) {
                                Effect free = new Effect.FreeSlot(NAME, job.number());
                                first.settle(new Settlement(job, List.of(fails(OTHER), free)));
                            } else {
                                state(first, job, ONE);
                            }
                        }))
                        .as("the user may not %s", right)
                        .isInstanceOf(BackendException.class);
                assertThatPayload(held(first).payload()).isEqualTo(payload(1));
                assertThat(client.number("EXISTS", key("failed"), key("java:limits"), key("java:limited:" + NAME)))
                        .as("the user may not %s: nothing must be half written", right)
                        .isZero();
                client.call("ACL", "SETUSER", "app", "+" + right);
                assertThat(state(first, job, ONE)).isEqualTo(Limits.State.TAKEN);
            }
            for (String right : asks ? List.of("zadd", "ltrim") : List.<String>of()) {
                client.call("FLUSHALL");
                client.call(
                        "RPUSH",
                        key("java:limited:" + NAME),
                        "4:high" + payload(1).text());
                client.call("HSET", key("java:limits"), NAME, 1);
                client.call("ACL", "SETUSER", "app", "-" + right);
                assertThat(catchThrowable(() -> limits().sendBack()))
                        .as("the user may not %s, so no job can be sent back", right)
                        .isInstanceOf(BackendException.class);
                assertThat(client.number("EXISTS", key("queue:high")))
                        .as("the user may not %s: a job must not be in two places", right)
                        .isZero();
                client.call("ACL", "SETUSER", "app", "+" + right);
            }
        }
    }

    @Test
    @WireRule("W-798")
    void jobsThatWaitCanBeRemoved() {
        push("high", payload(1), payload(2), payload(3), payload(2), payload(4));
        running(1, ONE);
        WorkerSession late = worker(2);
        for (int i = 0; i < 4; i++) {
            state(late, take(late, "high"), ONE);
        }
        List<WaitingJob> wanted = new ArrayList<>(ofHigh(2, 9));
        wanted.add(new WaitingJob("low", payload(3)));
        assertThat(limits().removeAll(NAME, wanted)).containsExactly(2L, 0L, 0L);
        assertThat(waiting(NAME)).as("others keep their order").isEqualTo(ofHigh(3, 4));
        assertThat(limits().removeAll("none", wanted)).containsExactly(0L, 0L, 0L);
        assertThat(limits().range("none", 0, 10, 100)).isEmpty();
    }

    @Test
    @WireRule("W-798")
    void aPayloadOfAnyBytesWaitsUnchanged() {
        Payload large = large(100_000);
        push("high", payload(1), large);
        WorkerSession first = running(1, ONE);
        WorkerSession late = worker(2);
        state(late, take(late, "high"), ONE);
        assertThat(new String(waiting(NAME).get(0).payload().toBytes(), StandardCharsets.UTF_8))
                .isEqualTo(large.text());
        first.settle(frees(first, ONE));
        assertThatPayloads(queue("high")).containsExactly(large);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-798")
    void aPayloadIsSentWhereTheRecordOfTheWorkerIsGone() {
        for (@Nullable Payload payload : List.of(payload(2), large(100_000))) {
            redis.deleteKeys(namespace + ":");
            push("high", payload(1), payload);
            running(1, ONE);
            WorkerSession late = worker(2);
            ReservedJob job = take(late, "high");
            redis.call("DEL", key("worker:" + late.id()));
            assertThat(state(late, job, ONE)).isEqualTo(Limits.State.WAITS);
            assertThat(waiting(NAME)).containsExactly(new WaitingJob("high", payload));
        }
    }
}
