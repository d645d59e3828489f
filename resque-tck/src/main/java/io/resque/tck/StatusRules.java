package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ProgressRecord;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusEnd;
import io.resque.api.spi.StatusPage;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

/** Tests of statuses; if there are keys, in php-resque's layout. */
abstract class StatusRules extends StatusBench {
    private static final Instant THEN = Instant.ofEpochSecond(1_795_361_599L);
    private static final int WRITERS = 32;
    private static final int ROUNDS = 20;

    StatusRules(StatusHome home) {
        super(home);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-701")
    void waitingCreatesTheRecord() {
        long before = now().getEpochSecond();
        writes(JobState.WAITING, null, null);
        String record = String.valueOf(record(TOKEN));
        assertThat(record).matches("\\{\"status\":1,\"updated\":(\\d+),\"started\":\\1,\"result\":null\\}");
        assertThat(Long.parseLong(record.replaceAll(".*\"updated\":(\\d+).*", "$1")))
                .as("the time must be the server's")
                .isBetween(before, now().getEpochSecond());
        assertThat(redis.number("TTL", key(TOKEN)))
                .as("the status of a waiting job must not expire")
                .isEqualTo(-1);
        assertThat(store.find(TOKEN)).get().extracting(StatusRecord::state).isEqualTo(JobState.WAITING);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-702")
    void laterStatesKeepTheStart() {
        stands("{\"status\":1,\"updated\":1795361599,\"started\":1795361599,\"result\":null}");
        writes(JobState.RUNNING, null, null);
        assertThat(record(TOKEN)).matches("\\{\"status\":2,\"updated\":\\d+,\"started\":1795361599,\"result\":null\\}");
        assertThat(redis.number("TTL", key(TOKEN))).isEqualTo(-1);
        writes(JobState.COMPLETE, "{\"a\":[1,\"é\"]}", Duration.ofDays(1));
        assertThat(record(TOKEN))
                .matches(
                        "\\{\"status\":4,\"updated\":\\d+,\"started\":1795361599,\"result\":\\{\"a\":\\[1,\"é\"\\]\\}\\}");
        assertThat(redis.number("TTL", key(TOKEN))).isBetween(86_390L, 86_400L);
        StatusRecord found = found(TOKEN);
        assertThat(found.state()).isEqualTo(JobState.COMPLETE);
        assertThat(found.started()).isEqualTo(THEN);
        assertThat(found.result()).isEqualTo(Payload.ofText("{\"a\":[1,\"é\"]}"));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-702")
    void theOlderRecordGivesItsOnlyTimeAsTheStart() {
        stands("{\"status\":1,\"updated\":1795361599}");
        writes(JobState.FAILED, null, Duration.ofDays(1));
        assertThat(record(TOKEN)).matches("\\{\"status\":3,\"updated\":\\d+,\"started\":1795361599,\"result\":null\\}");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-703")
    void bothShapesOfPhpAreRead() {
        stands("{\"status\":2,\"updated\":1795361599}");
        assertThat(store.find(TOKEN))
                .as("find must read the older layout, after its first update")
                .contains(new StatusRecord(JobState.RUNNING, THEN, null, null));
        stands("{\"status\":1,\"updated\":1795361600,\"started\":1795361599}");
        assertThat(store.find(TOKEN))
                .as("find must read the older layout, waiting")
                .contains(new StatusRecord(JobState.WAITING, THEN.plusSeconds(1), THEN, null));
        stands("{\"status\":4,\"updated\":1795361600,\"started\":1795361599,\"result\":\"done\"}");
        assertThat(store.find(TOKEN))
                .as("find must read the newer layout")
                .contains(new StatusRecord(JobState.COMPLETE, THEN.plusSeconds(1), THEN, Payload.ofText("\"done\"")));
        stands("{\"status\":\"3\",\"updated\":1795361599}");
        assertThat(store.find(TOKEN))
                .as("find must read a state that PHP wrote as a string")
                .contains(new StatusRecord(JobState.FAILED, THEN, null, null));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-704")
    void whatCannotBeReadIsNoStatus() {
        for (String record : List.of(
                "junk", "", "{}", "null", "{\"status\":99,\"updated\":1795361599}", "{\"status\":0,\"updated\":1}")) {
            stands(record);
            assertThat(store.find(TOKEN)).as("status record <%s>", record).isEmpty();
        }
        assertThat(store.find("unknown")).isEmpty();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-705")
    void aJobThatHasEndedIsNotRunningAgain() {
        for (String record : List.of(
                "{\"status\":4,\"updated\":1795361599,\"started\":1795361599,\"result\":1}",
                "{\"status\":3,\"updated\":1795361599}",
                "{\"status\":\"4\",\"updated\":1795361599}")) {
            stands(record);
            assertThat(write(JobState.RUNNING, null, null))
                    .as("RUNNING after %s comes late, and must not be written", record)
                    .isFalse();
            assertThat(record(TOKEN)).isEqualTo(record);
        }
    }

    @Test
    @WireRule("W-706")
    void anUnknownTokenIsNotUpdated() {
        for (JobState state : List.of(JobState.RUNNING, JobState.FAILED, JobState.COMPLETE)) {
            assertThat(write(state, null, null))
                    .as("write must return false: there was no record to change")
                    .isFalse();
        }
        assertNothingStands("only WAITING must create a record");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-707")
    void waitingStartsARecordAnew() {
        redis.call("SET", key(TOKEN), "{\"status\":4,\"updated\":1,\"started\":1,\"result\":7}", "EX", 100);
        writes(JobState.WAITING, null, null);
        assertThat(record(TOKEN)).matches("\\{\"status\":1,\"updated\":(\\d{10}),\"started\":\\1,\"result\":null\\}");
        assertThat(redis.number("TTL", key(TOKEN)))
                .as("the old expiry must not stay")
                .isEqualTo(-1);
    }

    @Test
    @WireRule({"W-708", "W-706"})
    void removeStopsTracking() {
        write(JobState.WAITING, null, null);
        assertThat(store.remove(TOKEN))
                .as("remove must return true: there was a record")
                .isTrue();
        assertThat(store.remove(TOKEN))
                .as("remove must return false: there is no record any more")
                .isFalse();
        rule("W-706");
        assertThat(write(JobState.COMPLETE, "1", null))
                .as("a removed status must not be written again")
                .isFalse();
        assertNothingStands("a removed status must not come back");
    }

    @Test
    @WireRule("W-705")
    void runningIsNotWrittenOverAnEnd() {
        for (JobState end : List.of(JobState.FAILED, JobState.COMPLETE)) {
            write(JobState.WAITING, null, null);
            writes(end, null, null);
            assertThat(write(JobState.RUNNING, null, null))
                    .as("RUNNING after %s comes late, and must not be written", end)
                    .isFalse();
            assertThat(seen(TOKEN)).contains(end);
        }
    }

    @Test
    @WireRule("W-707")
    void waitingForgetsTheResult() {
        write(JobState.WAITING, null, null);
        write(JobState.COMPLETE, "7", Duration.ofDays(1));
        assertThat(found(TOKEN).result()).isEqualTo(Payload.ofText("7"));
        writes(JobState.WAITING, null, null);
        StatusRecord anew = found(TOKEN);
        assertThat(anew.state()).isEqualTo(JobState.WAITING);
        assertThat(anew.result())
                .as("WAITING must replace the record, so nothing of the old one must stay")
                .isNull();
    }

    @Test
    @WireRule({"W-701", "W-702"})
    void theStartStaysThroughAllStates() {
        write(JobState.WAITING, null, null);
        StatusRecord waiting = found(TOKEN);
        assertThat(waiting.state()).isEqualTo(JobState.WAITING);
        Instant now = Instant.now();
        assertThat(waiting.updated())
                .as("updated must be the time of the write; the clock of this machine shows %s", now)
                .isBetween(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)));
        assertThat(waiting.started())
                .as("started must be the time of the first write")
                .isEqualTo(waiting.updated());
        assertThat(waiting.result()).isNull();
        rule("W-702");
        Eventually.until("a later change must have a later time", BackendRules.LIMIT, () -> {
            writes(JobState.RUNNING, null, null);
            return found(TOKEN).updated().isAfter(waiting.updated());
        });
        writes(JobState.COMPLETE, "[1,{\"a\":\"é\"}]", null);
        StatusRecord complete = found(TOKEN);
        assertThat(complete.state()).isEqualTo(JobState.COMPLETE);
        assertThat(complete.started()).isEqualTo(waiting.started());
        assertThat(complete.updated()).isAfter(waiting.updated());
        assertThat(complete.result()).isEqualTo(Payload.ofText("[1,{\"a\":\"é\"}]"));
    }

    @Test
    @WireRule({"W-701", "W-702", "W-707"})
    void whatWasNotToldToExpireStays() {
        writes("waiting", JobState.WAITING, null, null);
        writes("anew", JobState.WAITING, null, null);
        writes("anew", JobState.COMPLETE, "7", Duration.ofSeconds(1));
        writes("anew", JobState.WAITING, null, null);
        writes("later", JobState.WAITING, null, null);
        writes("later", JobState.COMPLETE, "7", Duration.ofMinutes(10));
        rule("W-702");
        Eventually.until(
                "RUNNING must be written over WAITING that expires after a second",
                BackendRules.LIMIT,
                () -> write("running", JobState.WAITING, null, Duration.ofSeconds(1))
                        && write("running", JobState.RUNNING, null, null));
        moreThanASecond();
        assertStays("running", JobState.RUNNING, "RUNNING was written without an expiry over WAITING with one");
        assertStays("later", JobState.COMPLETE, "COMPLETE was written with an expiry of ten minutes");
        rule("W-701");
        assertStays("waiting", JobState.WAITING, "WAITING was written without an expiry");
        rule("W-707");
        assertStays("anew", JobState.WAITING, "WAITING without an expiry has replaced COMPLETE with one");
    }

    private @Nullable String result(String token) {
        Payload result = found(token).result();
        return result == null ? null : result.text();
    }

    private void assertStays(String token, JobState state, String why) {
        assertThat(store.find(token).map(StatusRecord::state))
                .as("the state a few seconds later: %s, so it must still be there", why)
                .contains(state);
    }

    @Test
    @WireRule("W-702")
    void everyResultIsKeptAsItWas() {
        for (String result :
                List.of("0", "false", "\"\"", "[]", "{}", "\"null\"", "\"é😀\\u0000\"", "1" + "0".repeat(40), "1.50")) {
            write(JobState.WAITING, null, null);
            writes(JobState.COMPLETE, result, null);
            assertThat(result(TOKEN))
                    .as("the result that was written as %s", result)
                    .isEqualTo(result);
        }
        Payload large = Payload.ofText("\"" + "é".repeat(200_000) + "\"");
        write(JobState.WAITING, null, null);
        assertThat(store.write(new StatusChange(TOKEN, JobState.COMPLETE, large, null)))
                .as("write of a result of %s bytes", large.size())
                .isTrue();
        assertThat(large.equals(found(TOKEN).result()))
                .as("whether a result of %s bytes was kept as it was", large.size())
                .isTrue();
    }

    @Test
    @WireRule("W-112")
    void namespacesAreApart() {
        writes(TOKEN, JobState.WAITING, null, null);
        assertThat(open(url(), namespace).store().find(TOKEN))
                .as("a second store with the same URL and namespace must see the same statuses")
                .isPresent();
        Map<String, String> others = Map.of("-b", TOKEN, ":b", "b:" + TOKEN, "b", "b" + TOKEN);
        others.forEach((end, token) -> {
            writes(token, JobState.WAITING, null, null);
            writes(token, JobState.COMPLETE, "7", null);
            StatusStore elsewhere = open(url(), namespace + end).store();
            String where = "the token " + TOKEN + " of the namespace " + namespace + end + ", while " + token
                    + " of the namespace " + namespace + " has a status";
            assertThat(elsewhere.find(TOKEN))
                    .as("%s: find must return nothing", where)
                    .isEmpty();
            assertThat(elsewhere.write(change(TOKEN, JobState.FAILED, null, null)))
                    .as("%s: FAILED must not be written", where)
                    .isFalse();
            assertThat(elsewhere.writeNew(change(TOKEN, JobState.WAITING, null, null)))
                    .as("%s: writeNew must write WAITING", where)
                    .isTrue();
            assertThat(elsewhere.remove(TOKEN))
                    .as("%s: remove must remove what writeNew has written", where)
                    .isTrue();
            assertThat(store.find(token).map(StatusRecord::state))
                    .as("the state of %s, after another namespace was written to", token)
                    .contains(JobState.COMPLETE);
        });
    }

    @Test
    @WireRule("W-981")
    void eachQuestionHasItsAnswer() {
        writes(TOKEN, JobState.WAITING, null, null);
        store.find("none");
        store.endAgain(List.of(end("none", null), end(TOKEN, null), end("none", null)));
        store.removeUnchanged(Map.of("none", found(TOKEN)));
    }

    @Test
    @WireRule("W-702")
    void anEndThatMayExpireDoes() {
        write(JobState.WAITING, null, null);
        writes(JobState.FAILED, null, Duration.ofSeconds(1));
        Eventually.until(
                "a status with an expiry of a second must be gone",
                BackendRules.LIMIT,
                () -> store.find(TOKEN).isEmpty());
        assertThat(write(JobState.COMPLETE, "1", null))
                .as("the token of an expired status must be unknown")
                .isFalse();
        assertNothingStands("an expired status must not come back");
    }

    @Test
    @WireRule("W-705")
    void runningIsNeverWrittenOverAnEndHoweverManyWrite() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                String token = "t-" + round;
                write(token, JobState.WAITING, null, null);
                CyclicBarrier together = new CyclicBarrier(WRITERS);
                List<Callable<Boolean>> writers = new ArrayList<>();
                for (int writer = 0; writer < WRITERS; writer++) {
                    JobState state = writer == round % WRITERS ? JobState.COMPLETE : JobState.RUNNING;
                    writers.add(() -> {
                        together.await(BackendRules.LIMIT.toSeconds(), TimeUnit.SECONDS);
                        return write(token, state, null, null);
                    });
                }
                List<Boolean> written = new ArrayList<>();
                for (var writer : threads.invokeAll(writers)) {
                    written.add(writer.get());
                }
                assertThat(written.get(round % WRITERS))
                        .as("an end must be written over any state")
                        .isTrue();
                assertThat(seen(token))
                        .as(
                                "one of %d threads wrote COMPLETE, the others RUNNING, which must not replace it; so "
                                        + "check and write in one atomic step",
                                WRITERS)
                        .contains(JobState.COMPLETE);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static StatusEnd end(String token, @Nullable Instant enqueued) {
        return new StatusEnd(change(token, JobState.COMPLETE, "\"done\"", Duration.ofDays(1)), enqueued);
    }

    private boolean endsAgain(StatusEnd end) {
        List<Boolean> answers = store.endAgain(List.of(end));
        assertThat(answers).as("endAgain must return one answer for each end").hasSize(1);
        return answers.get(0);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-711")
    void aStatusThatIsWrittenLateIsEndedAgain() {
        for (String record : List.of(
                "{\"status\":1,\"updated\":1795361599,\"started\":1795361599,\"result\":null}",
                "{\"status\":1,\"updated\":1795361599,\"started\":1795361599}",
                "{\"status\":\"1\",\"updated\":1795361599}",
                "{\"status\":2,\"updated\":1795361600,\"started\":1795361599,\"result\":null}")) {
            stands(record);
            assertThat(endsAgain(end(TOKEN, THEN)))
                    .as("endAgain must write the end over %s, and return true", record)
                    .isTrue();
            assertThat(record(TOKEN))
                    .as("the state after endAgain over %s", record)
                    .matches("\\{\"status\":4,\"updated\":\\d+,\"started\":1795361599,\"result\":\"done\"\\}");
            assertThat(redis.number("TTL", key(TOKEN)))
                    .as("the status must expire as after any end")
                    .isBetween(86_390L, 86_400L);
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-711")
    void anEndIsNotWrittenOverAnEnd() {
        String record = "{\"status\":3,\"updated\":1795361605,\"started\":1795361599,\"result\":null}";
        redis.call("SET", key(TOKEN), record, "EX", 100);
        for (Instant enqueued : Arrays.asList(THEN, THEN.minusSeconds(1), null)) {
            assertThat(endsAgain(end(TOKEN, enqueued)))
                    .as(
                            "a record that was started at %s must count as the record of a job that was enqueued at %s",
                            THEN, enqueued)
                    .isTrue();
        }
        assertThat(endsAgain(end(TOKEN, THEN.plusSeconds(1))))
                .as("a record that was started before the job was enqueued must count as the record of an earlier job")
                .isFalse();
        assertThat(record(TOKEN)).isEqualTo(record);
        assertThat(redis.number("TTL", key(TOKEN))).isBetween(1L, 100L);
        stands("{\"status\":4,\"updated\":1795361599}");
        assertThat(endsAgain(end(TOKEN, THEN)))
                .as("a record of the older layout has only one time, which must count as its start")
                .isTrue();
        assertThat(endsAgain(end(TOKEN, THEN.plusSeconds(1)))).isFalse();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule({"W-711", "W-510"})
    void whatIsNoStatusIsNotEnded() {
        for (String record : List.of("junk", "", "{}", "{\"status\":99,\"updated\":1795361599}")) {
            stands(record);
            assertThat(endsAgain(end(TOKEN, null)))
                    .as("endAgain must return false over <%s>, which is no status", record)
                    .isFalse();
            assertThat(record(TOKEN)).isEqualTo(record);
        }
        rule("W-510");
        redis.call("DEL", key(TOKEN));
        redis.call("RPUSH", key(TOKEN), "a list");
        assertThat(endsAgain(end(TOKEN, null)))
                .as("endAgain must return false if the key is a list")
                .isFalse();
        assertThat(redis.number("LLEN", key(TOKEN))).isOne();
    }

    @Test
    @WireRule({"W-711", "W-706"})
    void whereNoStatusStandsNoneIsEndedAgain() {
        assertThat(endsAgain(end(TOKEN, null)))
                .as("endAgain must return false if there is no record")
                .isFalse();
        rule("W-706");
        assertNothingStands("only WAITING must create a record");
    }

    @Test
    @WireRule("W-711")
    void anEndStandsAndTellsWhoseItIs() {
        write(JobState.WAITING, null, null);
        write(JobState.FAILED, null, null);
        StatusRecord failed = found(TOKEN);
        Instant started = requireNonNull(failed.started(), "started");
        for (Instant enqueued : Arrays.asList(started, started.minusSeconds(1), null)) {
            assertThat(endsAgain(end(TOKEN, enqueued)))
                    .as(
                            "the job was enqueued at %s, so the end of a status started at %s is its own",
                            enqueued, started)
                    .isTrue();
        }
        assertThat(endsAgain(end(TOKEN, started.plusSeconds(1))))
                .as("the status was started before the job was enqueued, so its end is that of an earlier job")
                .isFalse();
        assertThat(found(TOKEN)).as("endAgain must leave an end as it stands").isEqualTo(failed);
    }

    @Test
    @WireRule("W-711")
    void manyAreEndedAgainAndEachHasItsAnswer() {
        List<StatusEnd> ends = new ArrayList<>();
        List<Boolean> expected = new ArrayList<>();
        for (int i = 0; i < 450; i++) {
            ends.add(end("t-" + i, null));
            expected.add(i % 3 != 0);
            if (i % 3 != 0) {
                write("t-" + i, i % 3 == 1 ? JobState.WAITING : JobState.RUNNING, null, null);
                write("t-" + i, JobState.WAITING, null, null);
            }
        }
        assertThat(store.endAgain(ends))
                .as("endAgain must return one answer for each end, in their order")
                .isEqualTo(expected);
        assertThat(seen("t-0")).isEmpty();
        assertThat(seen("t-1")).contains(JobState.COMPLETE);
        assertThat(seen("t-449")).contains(JobState.COMPLETE);
        assertThat(found("t-449").result()).isEqualTo(Payload.ofText("\"done\""));
        assertThat(store.endAgain(List.of()))
                .as("endAgain of no ends must return no answers")
                .isEmpty();
    }

    /** The statuses of all pages; skips the test if the store cannot walk through its statuses. */
    private Map<String, StatusRecord> unended() {
        Map<String, StatusRecord> all = new HashMap<>();
        String next = "";
        int parts = 0;
        do {
            StatusPage page;
            try {
                page = store.unended(next);
            } catch (UnsupportedOperationException e) {
                throw new TestAbortedException("the store cannot walk through its statuses: " + e.getMessage());
            }
            all.putAll(page.unended());
            next = page.next();
            assertThat(++parts).as("the pages must come to an end").isLessThan(100_000);
        } while (next != null);
        return all;
    }

    @Test
    @WireRule("W-712")
    void thoseThatWaitOrRunAreGoneThrough() {
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 2_500; i++) {
            String token = i % 100 == 0 ? "größe-日本 " + i : "t-" + i;
            write(token, JobState.WAITING, null, null);
            if (i % 5 == 1) {
                write(token, JobState.RUNNING, null, null);
            } else if (i % 5 == 2) {
                write(token, JobState.COMPLETE, "7", Duration.ofDays(1));
            } else if (i % 5 == 3) {
                write(token, JobState.FAILED, null, null);
            }
            if (i % 5 != 2 && i % 5 != 3) {
                expected.add(token);
            }
        }
        Map<String, StatusRecord> unended = unended();
        assertThat(unended.keySet())
                .as("unended must return the tokens of all statuses in the states 1 and 2, and no others")
                .isEqualTo(expected);
        assertThat(unended.get("t-1")).isEqualTo(found("t-1"));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule({"W-712", "W-703", "W-510"})
    void othersKeysAreNotTakenForStatuses() {
        String of = namespace + ":job:";
        StatusRecord waiting = new StatusRecord(JobState.WAITING, THEN, null, null);
        rule("W-703");
        stands("{\"status\":\"1\",\"updated\":1795361599}");
        assertThat(unended())
                .as("unended must read a state that PHP wrote as a string")
                .isEqualTo(Map.of(TOKEN, waiting));
        rule("W-510");
        redis.call("RPUSH", of + "list:status", "{\"status\":1,\"updated\":1}");
        assertThat(unended()).as("unended must pass over a key that is a list").isEqualTo(Map.of(TOKEN, waiting));
        rule("W-712");
        redis.call("SET", of + "junk:status", "junk");
        redis.call("SET", of + "x:pid", "17");
        redis.call("SET", of + "odd:status", "{\"status\":99,\"updated\":1795361599}");
        redis.call("SET", "x" + key("foreign"), "{\"status\":1,\"updated\":1}");
        try {
            assertThat(unended())
                    .as("unended must pass over what is no status, and over keys of another namespace")
                    .isEqualTo(Map.of(TOKEN, waiting));
        } finally {
            redis.call("DEL", "x" + key("foreign"));
        }
    }

    @Test
    @WireRule("W-712")
    void aStatusIsRemovedOnlyAsItWasSeen() {
        for (String token : List.of("same", "run", "ended", "gone")) {
            write(token, JobState.WAITING, null, null);
        }
        Map<String, StatusRecord> seen = new HashMap<>();
        for (String token : List.of("same", "run", "ended", "gone")) {
            seen.put(token, found(token));
        }
        write("run", JobState.RUNNING, null, null);
        write("ended", JobState.COMPLETE, null, null);
        store.remove("gone");
        assertThat(store.removeUnchanged(seen))
                .as("removeUnchanged must return the removed tokens")
                .containsExactly("same");
        assertThat(seen("same")).as("an unchanged status must be removed").isEmpty();
        assertThat(seen("run"))
                .as("a status that has changed to RUNNING must stay")
                .contains(JobState.RUNNING);
        assertThat(seen("ended"))
                .as("a status that has changed to COMPLETE must stay")
                .contains(JobState.COMPLETE);
    }

    @Test
    @WireRule("W-712")
    void norIfItsTimesAreOthers() {
        write(TOKEN, JobState.WAITING, null, null);
        StatusRecord stored = found(TOKEN);
        Instant before = stored.updated().minusSeconds(1);
        for (StatusRecord other : List.of(
                new StatusRecord(stored.state(), before, stored.started(), stored.result()),
                new StatusRecord(stored.state(), stored.updated(), before, stored.result()))) {
            assertThat(store.removeUnchanged(Map.of(TOKEN, other)))
                    .as("removeUnchanged was given %s, but the status is %s now: it must be left alone", other, stored)
                    .isEmpty();
            assertThat(seen(TOKEN)).as("the status, which must be left alone").contains(JobState.WAITING);
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-712")
    void norIfItWasWrittenAnew() {
        stands("{\"status\":1,\"updated\":1795361599,\"started\":1795361599,\"result\":null}");
        Map<String, StatusRecord> seen = Map.of(TOKEN, found(TOKEN));
        for (String now : List.of(
                "{\"status\":1,\"updated\":1795361600,\"started\":1795361599,\"result\":null}",
                "{\"status\":1,\"updated\":1795361599,\"started\":1795361598,\"result\":null}",
                "{\"status\":1,\"updated\":1795361599}")) {
            stands(now);
            assertThat(store.removeUnchanged(seen))
                    .as("removeUnchanged must leave alone what has become %s", now)
                    .isEmpty();
            assertThat(record(TOKEN)).isEqualTo(now);
        }
        redis.call("DEL", key(TOKEN));
        redis.call("RPUSH", key(TOKEN), "a list");
        assertThat(store.removeUnchanged(seen))
                .as("removeUnchanged must leave alone what has become a list")
                .isEmpty();
        assertThat(redis.number("LLEN", key(TOKEN))).isOne();
    }

    @Test
    @WireRule("W-717")
    void whatAJobTellsStandsBesideItsStatus() {
        Payload first = Payload.ofText("{\"done\":1,\"text\":\"é\\n}\"}");
        Payload second = Payload.ofText("{\"done\":2}");
        boolean written;
        try {
            written = store.writeProgress(TOKEN, first, null);
        } catch (UnsupportedOperationException e) {
            throw new TestAbortedException("the store keeps nothing of what jobs tell: " + e.getMessage());
        }
        assertThat(written)
                .as("writeProgress must return false: there is no status")
                .isFalse();
        assertNothingStands("nothing must be written where there is no status");
        writes(JobState.WAITING, null, null);
        writes(JobState.RUNNING, null, null);
        assertThat(store.progress(TOKEN)).as("the job has told nothing yet").isEmpty();
        StatusRecord status = found(TOKEN);
        for (Payload told : List.of(first, second, first)) {
            assertThat(store.writeProgress(TOKEN, told, Duration.ofDays(1)))
                    .as("writeProgress must return true: there is a status")
                    .isTrue();
            ProgressRecord read = store.progress(TOKEN)
                    .orElseThrow(() -> new AssertionError("progress must return what was written"));
            assertThat(read.progress().text())
                    .as("progress must return it as it was written")
                    .isEqualTo(told.text());
            assertThat(read.updated())
                    .as("it must have the time of the write")
                    .isBetween(status.updated(), status.updated().plusSeconds(60));
        }
        assertThat(found(TOKEN)).as("the status must stay as it is").isEqualTo(status);
        assertThat(store.progress("t-other")).as("another job has told nothing").isEmpty();
        assertThat(store.remove(TOKEN)).isTrue();
        assertThat(store.progress(TOKEN))
                .as("remove must remove what the job has told, too")
                .isEmpty();
        assertNothingStands("remove must leave nothing");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-717")
    void whatAJobTellsExpires() {
        String key = namespace + ":java:progress:" + TOKEN;
        Payload told = Payload.ofText("{\"done\":1}");
        writes(JobState.WAITING, null, null);
        store.writeProgress(TOKEN, told, Duration.ofHours(1));
        assertThat(redis.text("GET", key))
                .as("a string with the time and the JSON")
                .matches("\\{\"updated\":\\d{10},\"progress\":\\{\"done\":1}}");
        assertThat(redis.number("TTL", key)).as("it must expire as told").isBetween(3_590L, 3_600L);
        store.writeProgress(TOKEN, told, null);
        assertThat(redis.number("TTL", key))
                .as("without an expiry it must stay")
                .isEqualTo(-1);
        redis.call("DEL", key);
        redis.call("RPUSH", key, "somebody's");
        assertThat(store.writeProgress(TOKEN, told, null))
                .as("a key of another type must be left alone, so writeProgress must return false")
                .isFalse();
        assertThat(redis.texts("LRANGE", key, 0, -1)).containsExactly("somebody's");
        assertThat(store.progress(TOKEN))
                .as("a key of another type holds nothing")
                .isEmpty();
        redis.call("DEL", key);
        redis.call("SET", key, "junk");
        assertThat(store.progress(TOKEN)).as("what cannot be read is nothing").isEmpty();
    }

    @Test
    @WireRule("W-814")
    void aNewStatusIsNotWrittenOverAnother() {
        StatusChange waiting = new StatusChange(TOKEN, JobState.WAITING, null, null);
        assertThat(store.writeNew(waiting))
                .as("writeNew must return true: there was no record")
                .isTrue();
        assertThat(seen(TOKEN)).contains(JobState.WAITING);
        for (JobState state : JobState.values()) {
            writes(state, null, null);
            assertThat(store.writeNew(waiting))
                    .as("writeNew must return false: there was a record in the state %s", state)
                    .isFalse();
            assertThat(seen(TOKEN)).as("writeNew must not replace a record").contains(state);
        }
        assertThat(store.remove(TOKEN)).isTrue();
        assertThat(store.writeNew(waiting))
                .as("writeNew must return true: the record was removed")
                .isTrue();
    }

    @Test
    @WireRule("W-709")
    void aTokenIsAnyText() {
        List<String> names = List.of(
                "0123456789abcdef0123456789abcdef",
                "pre_x",
                "Pre_X",
                "pre_x ",
                "gro\u0308ße-日本-🙂",
                "",
                "a:b",
                "größe-日本-🙂",
                "x*[y]?{z}",
                "\"q\"\\",
                " ",
                "a b\r\n");
        for (int i = 0; i < names.size(); i++) {
            writes(names.get(i), JobState.WAITING, null, null);
            writes(names.get(i), JobState.COMPLETE, String.valueOf(i), null);
        }
        for (int i = 0; i < names.size(); i++) {
            assertThat(result(names.get(i)))
                    .as("the result of the token <%s>, which must have a status of its own", names.get(i))
                    .isEqualTo(String.valueOf(i));
            if (hasKeys()) {
                assertThat(record(names.get(i)))
                        .as(
                                "the key of the token <%s> must be the UTF-8 of 'job:', the token and ':status'",
                                names.get(i))
                        .endsWith(",\"result\":" + i + "}");
            }
            assertThat(store.remove(names.get(i)))
                    .as("remove must return true: there was a record")
                    .isTrue();
        }
    }

    @Test
    @WireRule("W-710")
    void nothingWorksAfterClose() {
        write(JobState.WAITING, null, null);
        Map<String, StatusRecord> seen = Map.of(TOKEN, found(TOKEN));
        under.close().run();
        under.close().run();
        Map<String, ThrowingCallable> calls = Map.of(
                "write", () -> write(JobState.COMPLETE, null, null),
                "find", () -> store.find(TOKEN),
                "remove", () -> store.remove(TOKEN),
                "writeNew", () -> store.writeNew(change("t-2", JobState.WAITING, null, null)),
                "removeUnchanged", () -> store.removeUnchanged(seen),
                "endAgain", () -> store.endAgain(List.of(end(TOKEN, null))));
        calls.forEach((name, call) -> assertThatThrownBy(
                        call, "%s after close() must throw a BackendException that says it is closed", name)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("closed"));
        assertThat(seen(TOKEN)).as("a written status must stay").contains(JobState.WAITING);
    }
}
