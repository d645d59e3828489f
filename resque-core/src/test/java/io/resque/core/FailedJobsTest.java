package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureRef;
import io.resque.api.InvalidJobException;
import io.resque.api.JobState;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.FailureReader;
import io.resque.core.internal.wire.FailureShape;
import io.resque.tck.WireRule;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailedJobsTest {
    private static final FailureFilter ALL = FailureFilter.all();

    /** A clock that the test moves. */
    private Instant now = Instant.parse("2026-01-02T03:04:05.999Z");

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder()
            .clock(new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneId getZone() {
                    return ZoneId.of("America/New_York");
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    throw new UnsupportedOperationException();
                }
            })
            .build();
    private final FailedJobs failures = resque.failures();

    @AfterEach
    void close() {
        resque.close();
        redis.clear();
    }

    private static String record(String jobClass, Object arg, String queue) {
        return "{\"failed_at\":\"2026/01/01 00:00:00 UTC\",\"payload\":{\"class\":\"" + jobClass + "\",\"args\":[" + arg
                + "]},\"exception\":\"E\",\"error\":\"m\",\"backtrace\":[],\"worker\":\"h:1:q\",\"queue\":\"" + queue
                + "\"}";
    }

    private void seed(String list, String... records) {
        for (String record : records) {
            CLIENT.call("RPUSH", redis.key(list), record);
        }
        if (!list.equals("failed")) {
            CLIENT.call("SADD", redis.key("failed_queues"), list);
        }
    }

    private void seedMany(int count) {
        List<Object> command = new ArrayList<>(List.of("RPUSH", redis.key("failed")));
        IntStream.range(0, count).forEach(i -> command.add(record(i % 2 == 0 ? "Even" : "Odd", i, "q")));
        CLIENT.call(command.toArray());
    }

    private List<String> raw(String list) {
        return CLIENT.texts("LRANGE", redis.key(list), 0, -1);
    }

    private FailedJob first() {
        return failures.oldest(ALL, 0, 1).get(0);
    }

    private static String retried(String record, String at) {
        return record.substring(0, record.length() - 1) + ",\"retried_at\":\"" + at + "\"}";
    }

    @Test
    void aLongRetryOrRemovalTellsHowFarItIs() {
        seedMany(1_200);
        List<Long> retried = new ArrayList<>();
        assertThat(failures.retryAll(ALL.jobClass("Odd"), retried::add)).isEqualTo(600);
        assertThat(retried).hasSizeGreaterThan(1).isSorted().endsWith(600L);
        List<Long> removed = new ArrayList<>();
        assertThat(failures.removeAll(ALL, removed::add)).isEqualTo(1_200);
        assertThat(removed).hasSizeGreaterThan(1).isSorted().endsWith(1_200L);
    }

    @Test
    void aSearchGoesOnWhereItStopped() {
        seedMany(6_000);
        seed("mail_failed", record("Rare", 1, "mail"), "", record("Even", 2, "mail"));
        FailurePage none = failures.search(ALL.jobClass("Rare"), "", 10);
        assertThat(none.failures()).isEmpty();
        assertThat(none.of()).isEqualTo(6_003);
        assertThat(none.lookedAt()).isBetween(1L, 5_000L);
        CLIENT.call("RPUSH", redis.key("failed"), record("Rare", 3, "q")); // newer than where the search is
        CLIENT.call("LPOP", redis.key("failed"), 100);
        FailurePage page = none;
        long looked = none.lookedAt();
        while (page.next().isPresent()) {
            page = failures.search(ALL.jobClass("Rare"), page.next().get(), 10);
            looked += page.lookedAt();
        }
        assertThat(page.failures()).extracting(FailedJob::args).containsExactly(List.of(1L));
        assertThat(looked).isBetween(5_903L, 6_103L);
        assertThatThrownBy(() -> failures.search(ALL, "x", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("\"x\" is no place in the failures; pass the next of an earlier page");
        assertThatThrownBy(() -> failures.search(ALL, "", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theOrderOfASearchIsThatOfNewest() {
        seedMany(120);
        seed("mail_failed", record("Even", 1, "mail"), record("Even", 2, "mail"));
        List<FailedJob> found = new ArrayList<>();
        String from = "";
        while (from != null) {
            FailurePage page = failures.search(ALL, from, 7);
            found.addAll(page.failures());
            from = page.next().orElse(null);
        }
        assertThat(found).isEqualTo(failures.newest(ALL, 0, 1_000)).hasSize(122);
        assertThat(failures.search(ALL.list("absent_failed"), "", 7))
                .isEqualTo(new FailurePage(List.of(), 0, 0, Optional.empty()));
    }

    @Test
    void groupsCountByExceptionAndInnerClass() {
        seedMany(5);
        String wrapper = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";
        seed("failed", record(wrapper, "{\"job_class\":\"Even\"}", "q"), "no json");
        FailureGroups groups = failures.groups(ALL);
        assertThat(groups.lookedAt()).isEqualTo(7);
        assertThat(groups.of()).isEqualTo(7);
        Optional<Instant> at = Optional.of(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(groups.groups())
                .containsExactly(
                        new FailureGroups.Group("E", "Even", 4, at, at),
                        new FailureGroups.Group("E", "Odd", 2, at, at),
                        new FailureGroups.Group("", "", 1, Optional.empty(), Optional.empty()));
        assertThat(failures.groups(ALL.innerClass("Odd")).groups()).hasSize(1);
        seed("failed", record("x".repeat(9_000), 1, "q"));
        assertThat(failures.groups(ALL).groups())
                .extracting(FailureGroups.Group::jobClass)
                .contains("x".repeat(500) + "…");
    }

    @Test
    @WireRule("W-357")
    void aReferenceFindsItsRecordAndNoOther() {
        seedMany(30);
        String twin = record("Twin", 1, "q");
        seed("failed", twin, twin, twin);
        List<FailureRef> refs =
                failures.newest(ALL, 0, 2).stream().map(FailureRef::of).toList();
        assertThat(failures.find(refs)).extracting(FailedJob::index).containsExactlyInAnyOrder(31L, 32L);
        CLIENT.call("LPOP", redis.key("failed"), 20);
        List<FailedJob> found = failures.find(refs);
        assertThat(found).extracting(FailedJob::index).containsExactlyInAnyOrder(11L, 12L);
        assertThat(failures.retryAndRemove(found)).isEqualTo(2);
        assertThat(raw("failed")).hasSize(11).endsWith(twin);
        assertThat(failures.find(
                        List.of(FailureRef.of(failures.newest(ALL, 1, 1).get(0)))))
                .hasSize(1);
        FailedJob last = failures.newest(ALL, 1, 1).get(0);
        assertThat(failures.retry(last)).isTrue();
        assertThat(failures.find(List.of(FailureRef.of(last))))
                .as("it has changed")
                .isEmpty();
        assertThat(failures.find(List.of())).isEmpty();
        assertThatThrownBy(() -> failures.find(List.of(new FailureRef("queues", 0, last.list()))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @WireRule("W-359")
    void brokenRecordsAreListedWithTheirBytesAndHideNoOther() {
        String whole = record("J", "1", "q");
        seed(
                "failed",
                "",
                "no json",
                "[1]",
                "null",
                "{}",
                "{\"payload\":7,\"backtrace\":\"a\\nb\",\"exception\":null,\"queue\":5,\"error\":{}}",
                "{\"payload\":{\"class\":[],\"args\":\"x\",\"id\":1},\"backtrace\":[\"a\",null,1]}",
                whole);
        CLIENT.call("RPUSH", redis.key("failed"), new byte[] {(byte) 0xff, '{'});
        List<FailedJob> listed = failures.oldest(ALL, 0, 100);
        assertThat(listed).extracting(FailedJob::index).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(listed.get(0).raw()).isEqualTo("no json".getBytes(StandardCharsets.UTF_8));
        assertThat(listed.get(7).raw()).containsExactly(0xff, '{');
        for (int i : List.of(0, 1, 2, 3, 7)) {
            FailedJob nothing = listed.get(i);
            assertThat(List.of(nothing.failedAtText(), nothing.queue(), nothing.jobClass(), nothing.exception()))
                    .containsOnly("");
            assertThat(List.of(nothing.error(), nothing.worker())).containsOnly("");
            assertThat(nothing.args()).isEmpty();
            assertThat(nothing.backtrace()).isEmpty();
            assertThat(nothing.failedAt()).isEmpty();
            assertThat(nothing.retriedAtText()).isEmpty();
            assertThat(nothing.id()).isEmpty();
        }
        assertThat(listed.get(4).backtrace()).containsExactly("a", "b");
        assertThat(listed.get(4).queue()).isEqualTo("5");
        assertThat(listed.get(5).args()).containsExactly("x");
        assertThat(listed.get(5).backtrace()).containsExactly("a");
        assertThat(listed.get(6).jobClass()).isEqualTo("J");
        assertThat(failures.newest(ALL, 0, 100)).hasSize(8);
        assertThat(failures.countByClass()).isEqualTo(Map.of("", 7L, "J", 1L));
    }

    @Test
    void aWholeRecordIsListedWhole() {
        String record =
                "{\"failed_at\":\"Sun Nov 22 15:35:05 GMT 2026\",\"payload\":{\"class\":\"J\",\"args\":[{\"a\":1}],"
                        + "\"id\":\"x1\",\"prefix\":\"p\"},\"exception\":\"E\",\"error\":\"m\",\"backtrace\":[\"f\"],"
                        + "\"worker\":\"h:1:q\",\"queue\":\"q\",\"retried_at\":\"2026/11/22 16:00:00\"}";
        seed("q_failed", record);
        FailedJob listed = first();
        assertThat(listed.list()).isEqualTo("q_failed");
        assertThat(listed.index()).isZero();
        assertThat(listed.failedAt()).contains(Instant.parse("2026-11-22T15:35:05Z"));
        assertThat(listed.args()).isEqualTo(List.of(Map.of("a", 1L)));
        assertThat(listed.id()).contains("x1");
        assertThat(listed.token()).contains("p_x1");
        assertThat(listed.backtrace()).containsExactly("f");
        assertThat(listed.worker()).isEqualTo("h:1:q");
        assertThat(listed.retriedAtText()).contains("2026/11/22 16:00:00");
        assertThat(listed).isEqualTo(first()).hasSameHashCodeAs(first());
        assertThat(listed.toString()).contains("q_failed[0]", "J").doesNotContain("a=1");
    }

    @Test
    void pagesGoThroughAllListsFromEitherEnd() {
        seedMany(1_234);
        seed("b_failed", record("B", 1, "b"), record("B", 2, "b"));
        seed("a_failed", record("A", 1, "a"));
        assertThat(failures.lists())
                .containsExactly(Map.entry("failed", 1_234L), Map.entry("a_failed", 1L), Map.entry("b_failed", 2L));
        assertThat(failures.count()).isEqualTo(1_237);
        assertThat(failures.oldest(ALL, 1_200, 36))
                .extracting(failure -> failure.args().get(0), FailedJob::list)
                .startsWith(org.assertj.core.groups.Tuple.tuple(1_200L, "failed"))
                .endsWith(
                        org.assertj.core.groups.Tuple.tuple(1_233L, "failed"),
                        org.assertj.core.groups.Tuple.tuple(1L, "a_failed"),
                        org.assertj.core.groups.Tuple.tuple(1L, "b_failed"));
        assertThat(failures.newest(ALL.list("failed"), 700, 2))
                .extracting(FailedJob::index)
                .containsExactly(533L, 532L);
        assertThat(failures.newest(ALL.jobClass("Odd"), 300, 2))
                .extracting(failure -> failure.args().get(0))
                .containsExactly(633L, 631L);
        assertThat(failures.oldest(ALL.jobClass("Odd"), 616, 5))
                .extracting(failure -> failure.args().get(0))
                .containsExactly(1_233L);
        assertThat(failures.oldest(ALL, 1_237, 5)).isEmpty();
        assertThat(failures.oldest(ALL, 0, 0)).isEmpty();
        assertThat(failures.oldest(ALL, 3, 700)).hasSize(700);
        assertThat(failures.count(ALL.jobClass("Even"))).isEqualTo(617);
        assertThat(failures.countBy(ALL, FailedJob::queue)).isEqualTo(Map.of("a", 1L, "b", 2L, "q", 1_234L));
        assertThatThrownBy(() -> failures.oldest(ALL, -1, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> failures.oldest(ALL.list("mail"), 0, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "\"mail\" is no failure list; these are \"failed\" and, for each queue, \"<queue>_failed\"");
    }

    @Test
    void filtersChooseByEveryField() {
        String old = record("A", 1, "q");
        String young = record("A", 2, "r").replace("2026/01/01 00:00:00", "2026/01/02 00:00:00");
        String unsure = record("B", 3, "q").replace("UTC", "IST");
        String other = retried(record("B", 4, "q").replace("\"E\"", "\"F\""), "2026/01/01 00:00:01 UTC");
        seed("failed", old, young, unsure, other);
        Instant between = Instant.parse("2026-01-01T12:00:00Z");
        assertThat(args(ALL.jobClass("A"))).containsExactly(1L, 2L);
        assertThat(args(ALL.queue("q"))).containsExactly(1L, 3L, 4L);
        assertThat(args(ALL.exception("F"))).containsExactly(4L);
        assertThat(args(ALL.failedBefore(between))).containsExactly(1L, 4L);
        assertThat(args(ALL.failedAfter(between))).containsExactly(2L);
        assertThat(args(ALL.failedBefore(Instant.parse("2026-01-01T00:00:00Z"))))
                .isEmpty();
        assertThat(args(ALL.retried(true))).containsExactly(4L);
        assertThat(args(ALL.retried(false))).containsExactly(1L, 2L, 3L);
        assertThat(args(ALL.retried(false).queue("q").jobClass("A"))).containsExactly(1L);
        assertThat(args(ALL.list("q_failed").queue("q"))).isEmpty();
    }

    @Test
    void fromATokenToItsFailure() {
        String token = resque.enqueueTracked("q", "A", 1).orElseThrow();
        resque.enqueueTracked("q", "A", 2);
        resque.enqueue("q", "A", 3);
        resque.workerBuilder("q")
                .register("A", () -> context -> {
                    throw new IllegalStateException("boom " + context.args().get(0));
                })
                .drain();
        assertThat(failures.newest(ALL.token(token), 0, 10))
                .extracting(FailedJob::error)
                .containsExactly("boom 1");
        assertThat(failures.newest(ALL.token("nope"), 0, 10)).isEmpty();
        failures.retryAll(ALL.token(token));
        assertThat(resque.status(token).orElseThrow().state())
                .as("the new job has no id")
                .isEqualTo(JobState.FAILED);
    }

    private List<Object> args(FailureFilter filter) {
        return failures.oldest(filter, 0, 100).stream()
                .map(failure -> failure.args().get(0))
                .toList();
    }

    @Test
    @WireRule({"W-354", "W-355"})
    void aRetryPushesTwoMembersAndMarksTheRecord() {
        String record = "{\"failed_at\":\"2026/01/01 00:00:00 UTC\",\"payload\":{\"class\":\"J\",\"args\":[1.0,\"é\"],"
                + "\"id\":\"x\",\"queue_time\":1.5},\"exception\":\"E\",\"retried_at\":\"before\",\"queue\":\"q\"}";
        seed("failed", record);
        assertThat(failures.retry(first())).isTrue();
        assertThat(redis.queue("q")).containsExactly("{\"class\":\"J\",\"args\":[1.0,\"é\"]}");
        assertThat(CLIENT.texts("SMEMBERS", redis.key("queues"))).containsExactly("q");
        assertThat(raw("failed")).containsExactly(record.replace("before", "2026/01/02 03:04:05 UTC"));
        now = now.plusSeconds(1);
        assertThat(failures.retry(first())).as("again").isTrue();
        assertThat(redis.queue("q")).hasSize(2);
        assertThat(raw("failed")).containsExactly(record.replace("before", "2026/01/02 03:04:06 UTC"));
    }

    @Test
    @WireRule({"W-355", "W-358"})
    void inTheListOfAQueueRetriedAtHasNoZoneAndTheNewestGoesFirst() {
        seed("q_failed", record("J", 1, "q"), record("J", 2, "q"));
        seed("failed", record("J", 1, "r"), record("J", 2, "r"));
        assertThat(failures.retryAll(ALL)).isEqualTo(4);
        assertThat(redis.queue("q"))
                .containsExactly("{\"class\":\"J\",\"args\":[2]}", "{\"class\":\"J\",\"args\":[1]}");
        assertThat(redis.queue("r"))
                .containsExactly("{\"class\":\"J\",\"args\":[1]}", "{\"class\":\"J\",\"args\":[2]}");
        assertThat(raw("q_failed"))
                .containsExactly(
                        retried(record("J", 1, "q"), "2026/01/02 03:04:05"),
                        retried(record("J", 2, "q"), "2026/01/02 03:04:05"));
    }

    @Test
    @WireRule("W-357")
    void withinOneSecondARecordIsRetriedOnce() {
        seed("failed", record("J", 1, "q"));
        FailedJob seen = first();
        assertThat(failures.retry(seen)).isTrue();
        assertThat(failures.retry(first())).isFalse();
        assertThat(failures.retryAll(ALL)).isZero();
        now = now.plusSeconds(1);
        assertThat(failures.retry(seen)).as("as it was seen before").isFalse();
        assertThat(redis.queue("q")).hasSize(1);
        assertThat(failures.retryAll(ALL)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"payload\":{\"class\":\"J\",\"args\":[]},\"queue\":null}",
                "{\"payload\":{\"class\":\"J\",\"args\":[]}}",
                "{\"payload\":{\"class\":\"J\",\"args\":[]},\"queue\":\" \"}",
                "{\"payload\":{\"args\":[]},\"queue\":\"q\"}",
                "{\"payload\":{\"class\":\"\",\"args\":[]},\"queue\":\"q\"}",
                "{\"payload\":null,\"queue\":\"q\"}",
                "{\"queue\":\"q\"}",
                "{\"payload\":{\"class\":\"UnreadablePayload\",\"args\":[],\"raw\":\"no json\"},\"queue\":\"q\"}",
                "{\"payload\":{\"class\":\"UnreadablePayload\",\"args\":[],\"raw_base64\":\"!\"},\"queue\":\"q\"}",
                "no json"
            })
    @WireRule("W-356")
    void whatHasNoQueueOrNoJobIsNotRetriedAndStays(String record) {
        seed("failed", record, record("J", 1, "q"));
        Map<String, Object> before = redis.dump();
        FailedJob odd = first();
        for (boolean remove : new boolean[] {false, true}) {
            assertThatThrownBy(() -> {
                        if (remove) {
                            failures.retryAndRemove(odd);
                        } else {
                            failures.retry(odd);
                        }
                    })
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageStartingWith("The failure 0 of \"failed\" ")
                    .hasMessageEndingWith("so it cannot be retried; enqueue what it should have run, and remove it");
            assertThat(redis.dump()).isEqualTo(before);
        }
        assertThat(failures.retryAndRemoveAll(ALL))
                .as("of many it is passed over")
                .isEqualTo(1);
        assertThat(raw("failed")).containsExactly(record);
        assertThat(failures.retry(failures.oldest(ALL, 0, 5))).isZero();
        assertThat(failures.remove(first())).isTrue();
    }

    @Test
    @WireRule("W-356")
    void aPayloadThatIsKeptAsTextIsRetriedByWhatTheTextSays() {
        String deep = "{\"class\":\"J\",\"args\":" + "[".repeat(110) + "]".repeat(110) + ",\"id\":\"x\"}";
        String base64 = Base64.getEncoder().encodeToString("{\"class\":\"K\"}".getBytes(StandardCharsets.UTF_8));
        seed(
                "failed",
                new FailureShape(CoreRedis.GSON, Clock.systemUTC(), 300)
                        .record(
                                Payload.ofText(deep),
                                "w",
                                "q",
                                new io.resque.api.spi.JobOutcome.Failed("E", "m", List.of()))
                        .text(),
                "{\"payload\":{\"class\":\"UnreadablePayload\",\"args\":[],\"raw_base64\":\"" + base64
                        + "\"},\"queue\":\"q\"}",
                "{\"payload\":{\"class\":\"UnreadablePayload\",\"args\":[5]},\"queue\":\"q\"}");
        assertThat(failures.retryAndRemoveAll(ALL)).isEqualTo(3);
        assertThat(redis.queue("q"))
                .containsExactly(
                        deep.replace(",\"id\":\"x\"", ""),
                        "{\"class\":\"K\",\"args\":[]}",
                        "{\"class\":\"UnreadablePayload\",\"args\":[5]}");
    }

    @Test
    @WireRule("W-357")
    void recordsThatMovedAreFoundAgain() {
        seedMany(1_500);
        List<FailedJob> seen = failures.oldest(ALL, 0, 2_000);
        CLIENT.call("LTRIM", redis.key("failed"), 700, -1);
        seed("failed", record("New", 0, "q"));
        assertThat(failures.retry(seen.get(1_400))).isTrue();
        assertThat(failures.retry(seen.get(1_400))).as("as it was before").isFalse();
        assertThat(failures.retry(seen.get(699))).as("it is gone").isFalse();
        assertThat(failures.remove(seen.get(700))).isTrue();
        assertThat(failures.remove(seen.get(700))).isFalse();
        assertThat(redis.queue("q")).containsExactly("{\"class\":\"Even\",\"args\":[1400]}");
        assertThat(failures.retryAndRemove(seen.subList(600, 1_000))).isEqualTo(299);
        assertThat(redis.queue("q")).hasSize(300).endsWith("{\"class\":\"Odd\",\"args\":[999]}");
        assertThat(failures.remove(seen)).isEqualTo(499);
        assertThat(raw("failed"))
                .as("what was added and what was retried, which is no longer as it was seen")
                .hasSize(2);
    }

    @Test
    @WireRule("W-357")
    void ofRecordsWithTheSameBytesOnlyTheOneMeantIsRetried() {
        String twin = record("J", 1, "q");
        seed("failed", twin, twin, twin);
        FailedJob last = failures.newest(ALL, 0, 1).get(0);
        assertThat(failures.retry(last)).isTrue();
        assertThat(failures.retry(last)).isFalse();
        assertThat(failures.retry(List.of(last, last))).isZero();
        assertThat(redis.queue("q")).hasSize(1);
        assertThat(raw("failed")).containsExactly(twin, twin, retried(twin, "2026/01/02 03:04:05 UTC"));
        assertThat(failures.retryAndRemove(List.of(first(), first()))).isEqualTo(1);
        assertThat(redis.queue("q")).hasSize(2);
    }

    @Test
    void aFailureWithoutAnIndexIsFoundFromTheNewest() {
        seedMany(600);
        Payload bytes = Payload.ofText(record("Odd", 3, "q"));
        FailedJob told = new FailureReader(CoreRedis.GSON).read(FailureList.COMMON, -1, bytes);
        assertThat(failures.retryAndRemove(told)).isTrue();
        assertThat(failures.retryAndRemove(told)).isFalse();
        assertThat(failures.count()).isEqualTo(599);
        assertThat(redis.queue("q")).containsExactly("{\"class\":\"Odd\",\"args\":[3]}");
    }

    @Test
    void removesByFilterAcrossPages() {
        seedMany(1_300);
        seed("a_failed", record("Odd", 1, "a"));
        assertThat(failures.removeAll(ALL.jobClass("Odd"))).isEqualTo(651);
        assertThat(failures.countByClass()).isEqualTo(Map.of("Even", 650L));
        assertThat(failures.retryAll(ALL.list("failed"))).isEqualTo(650);
        assertThat(redis.queue("q")).hasSize(650).startsWith("{\"class\":\"Even\",\"args\":[0]}");
        seed("failed", record("Odd", 1, "q"));
        assertThat(failures.clearRetried()).isEqualTo(650);
        assertThat(failures.countByClass()).isEqualTo(Map.of("Odd", 1L));
    }

    @Test
    void retryAndRemoveAllKeepsTheOrderAcrossPages() {
        seedMany(1_300);
        assertThat(failures.retryAndRemoveAll(ALL.jobClass("Even"))).isEqualTo(650);
        assertThat(redis.queue("q"))
                .isEqualTo(IntStream.range(0, 650)
                        .mapToObj(i -> "{\"class\":\"Even\",\"args\":[" + 2 * i + "]}")
                        .toList());
        assertThat(failures.countByClass()).isEqualTo(Map.of("Odd", 650L));
    }

    @Test
    @WireRule("W-363")
    void clearingLeavesTheNamesOfTheLists() {
        seed("failed", record("J", 1, "q"));
        seed("q_failed", record("J", 1, "q"), "");
        seed("r_failed", record("J", 1, "r"));
        assertThat(failures.clear("q_failed")).isEqualTo(2);
        assertThat(failures.clear()).isEqualTo(2);
        assertThat(redis.dump()).containsOnlyKeys(redis.key("failed_queues"));
        assertThat(failures.lists()).isEqualTo(Map.of("failed", 0L, "q_failed", 0L, "r_failed", 0L));
        assertThatThrownBy(() -> failures.clear("queues")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHundredThousandAreWorkable() {
        for (int i = 0; i < 100; i++) {
            seedMany(1_000);
        }
        Instant begun = Instant.now();
        assertThat(failures.count(ALL.jobClass("Odd"))).isEqualTo(50_000);
        assertThat(failures.newest(ALL, 90_000, 20)).hasSize(20);
        assertThat(failures.retryAll(ALL.jobClass("Odd"))).isEqualTo(50_000);
        assertThat(failures.clearRetried()).isEqualTo(50_000);
        assertThat(failures.removeAll(ALL)).isEqualTo(50_000);
        Duration took = Duration.between(begun, Instant.now());
        System.out.println("100,000 failures counted, half retried, all removed in " + took.toMillis() + " ms");
        assertThat(took).isLessThan(Duration.ofMinutes(5));
    }
}
