package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.JobState;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueHead;
import io.resque.api.spi.QueueNotAnnouncedException;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests of queues and of the names of keys. */
abstract class QueueRules extends BackendRules {
    QueueRules(QueueBackendTck kit) {
        super(kit);
    }

    private static StatusChange waiting(String token) {
        return new StatusChange(token, JobState.WAITING, null, null);
    }

    @Test
    @WireRule({"W-101", "W-102"})
    void pushAnnouncesTheQueueAndAppendsAtTheTail() {
        push("high", JOB, OTHER);
        push("high", JOB);
        assertThat(judge.queues())
                .as("push must announce the queue, so that names() returns it")
                .containsExactly("high");
        rule("W-102");
        assertThatPayloads(queue("high"))
                .as("the queue must hold the payloads unchanged")
                .isSubsetOf(JOB, OTHER);
        rule("W-101");
        assertThatPayloads(queue("high"))
                .as("each push must append its payloads after the existing ones, in their order")
                .containsExactly(JOB, OTHER, JOB);
        onKeys(() -> assertThat(everything())
                .as("push must SADD the name to 'queues', RPUSH the payloads as they are, and write nothing else")
                .isEqualTo(Map.of(
                        key("queues"), Set.of("high"),
                        key("queue:high"), List.of(JOB.text(), OTHER.text(), JOB.text()))));
    }

    @Test
    @WireRule("W-103")
    void namesOfQueuesAreTakenAsTheyAre() {
        List<String> names = List.of(
                "mail out",
                "Mail Out",
                "mail out ",
                "a/b",
                "größe-日本-🙂",
                "gro\u0308ße-日本-🙂",
                "a:b",
                "x*[y]?{z}",
                "\"q\"\\",
                " ");
        names.forEach(name -> push(name, JOB));
        for (String name : names) {
            assertThatPayloads(queue(name))
                    .as("the key of the queue <%s> must be the UTF-8 of 'queue:' and the unchanged name", name)
                    .containsExactly(JOB);
        }
        assertThat(judge.queues())
                .as("the names must be announced unchanged")
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(backend.queues().names())
                .as("names() must return them unchanged")
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-104")
    void anEmptyNamespaceMeansNoPrefix() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend bare = open(own.url(), "")) {
            push(bare, "high", JOB);
            register(bare, ID);
            assertThat(client.keys("*"))
                    .as("with an empty namespace keys must have no prefix, not even a colon")
                    .contains("queues", "queue:high", "workers", "workers:heartbeat", "worker:" + ID + ":started")
                    .noneMatch(key -> key.startsWith(":"));
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-104")
    void aNamespaceMayHoldColons() {
        push(open(patientUrl(), namespace + ":b"), "high", JOB);
        assertThat(everything())
                .containsOnlyKeys(key("b:queues"), key("b:queue:high"))
                .containsEntry(key("b:queues"), Set.of("high"));
    }

    @Test
    @WireRule("W-112")
    void namespacesAreApart() {
        QueueBackend elsewhere = open(patientUrl(), namespace + "-b");
        QueueBackend here = open(patientUrl());
        push("high", JOB);
        register();
        backend.statistics().increment("failed", 1);
        backend.failures().add(List.of(new FailureEntry(FailureList.COMMON, OTHER)));
        backend.statuses().write(waiting("t1"));
        backend.workers().pause(true);
        assertThat(here.queues().names())
                .as("two backends with the same URL and namespace must see the same data")
                .containsExactly("high");
        assertThat(here.workers().isPaused())
                .as("a pause must hold for all backends with this namespace")
                .isTrue();
        assertThat(elsewhere.queues().names())
                .as("queues of another namespace must not be seen: use the namespace of the BackendConfig for all data")
                .isEmpty();
        assertThat(elsewhere.queues().size("high"))
                .as("jobs of another namespace must not be seen")
                .isZero();
        assertThat(elsewhere.workers().ids())
                .as("workers of another namespace must not be seen")
                .isEmpty();
        assertThat(elsewhere.workers().isPaused())
                .as("the pause of another namespace must not hold")
                .isFalse();
        assertThat(elsewhere.statistics().get("failed"))
                .as("a counter of another namespace must not be seen")
                .isZero();
        assertThat(elsewhere.failures().count(FailureList.COMMON))
                .as("failures of another namespace must not be seen")
                .isZero();
        assertThat(elsewhere.statuses().find("t1"))
                .as("a status of another namespace must not be seen")
                .isEmpty();
        push("b:high", JOB);
        QueueBackend within = open(patientUrl(), namespace + ":b");
        assertThat(within.queues().size("high"))
                .as("the queue high of the namespace %s:b is not the queue b:high of the namespace %1$s", namespace)
                .isZero();
    }

    @Test
    @WireRule("W-981")
    void eachQuestionHasItsAnswer() {
        push("high", JOB);
        WorkerSession session = register();
        take(session, "high");
        backend.queues().sizes();
        backend.queues().heads(List.of("none", "high", "low"), 1_000_000);
        backend.queues().range("none", 0, 1);
        backend.queues().take("none", 1);
        backend.queues().removeAll("high", List.of(OTHER, JOB, OTHER));
        backend.failures().add(List.of(new FailureEntry(FailureList.COMMON, OTHER)));
        backend.failures().lists();
        FailureEdit edit = new FailureEdit(7, OTHER, null, null);
        backend.failures().edit(FailureList.COMMON, List.of(edit, edit, edit));
        backend.statistics().getAll(List.of("none", "failed", "none"));
        backend.workers().inspect(List.of("nobody:1:high", ID, "nobody:2:high"));
        backend.workers().inFlight(ID, List.of("high"));
        backend.workers().heartbeat(List.of(session));
    }

    @Test
    @WireRule("W-113")
    void whoDoesNotStandInRedisRefusesItsUrls() {
        assertThat(provider().scheme().isPresent())
                .as("scheme() must be the scheme of its URLs if it does not declare REDIS_KEYS, so that no other "
                        + "URL chooses it, and must be empty if it does")
                .isNotEqualTo(hasKeys());
        provider()
                .scheme()
                .ifPresent(scheme -> assertThat(url())
                        .as("url() of the test class must begin with scheme()")
                        .startsWith(scheme + ":"));
        for (String place : List.of("redis://", "rediss://", "tcp://")) {
            BackendConfig config = new BackendConfig(place + "localhost:6379/0", namespace);
            if (hasKeys()) {
                assertThatCode(() -> provider().open(config).close())
                        .as("the backend declares REDIS_KEYS, so it must open %s…, without connecting yet", place)
                        .doesNotThrowAnyException();
            } else {
                assertThatThrownBy(
                                () -> provider().open(config).close(),
                                "the backend does not declare REDIS_KEYS, so open() must throw a ConfigurationException for %s…: "
                                        + "data in Redis must be data that Ruby reads",
                                place)
                        .isInstanceOf(ConfigurationException.class);
            }
        }
    }

    @Test
    @WireRule("W-102")
    void payloadsOfAnyBytesStayAsTheyAre() {
        byte[] all = new byte[512];
        IntStream.range(0, all.length).forEach(i -> all[i] = (byte) i);
        List<Payload> payloads = List.of(Payload.of(all), Payload.ofText(""), Payload.ofText("\r\n$-1\r\n"), JOB);
        backend.queues().push(new Push("bytes", payloads, List.of()));
        assertThatPayloads(queue("bytes"))
                .as("payloads must be kept as bytes, not as text")
                .isEqualTo(payloads);
        assertThatPayloads(backend.queues().range("bytes", 0, 10)).isEqualTo(payloads);
        assertThatPayloads(backend.queues().take("bytes", 10)).isEqualTo(payloads);
    }

    @Test
    @WireRule("W-102")
    void aPayloadOf8MegabytesIsNothingSpecial() {
        byte[] bytes = new byte[8 << 20];
        java.util.Arrays.fill(bytes, (byte) 'x');
        Payload big = Payload.of(bytes);
        push("big", big);
        assertThat(queue("big")).as("one payload, however large").hasSize(1);
        assertThatPayloads(backend.queues().range("big", 0, 1)).containsExactly(big);
        assertThatPayload(take(register(), "big").payload()).isEqualTo(big);
    }

    @Test
    @WireRule("W-101")
    void aBulkKeepsItsOrder() {
        List<Payload> payloads = IntStream.range(0, 3_000)
                .mapToObj(i -> Payload.ofText("{\"class\":\"A\",\"args\":[" + i + "]}"))
                .toList();
        backend.queues().push(new Push("bulk", payloads, List.of()));
        assertThatPayloads(queue("bulk"))
                .as("a push of many payloads must keep their order, however many commands it takes")
                .isEqualTo(payloads);
    }

    @Test
    @WireRule({"W-105", "W-701"})
    void aStatusIsWrittenWithItsJob() {
        backend.queues().push(new Push("high", List.of(JOB, OTHER), List.of(waiting("t1"), waiting("t2"))));
        assertThatPayloads(queue("high"))
                .as("the payloads must be appended with the statuses")
                .containsExactly(JOB, OTHER);
        for (String token : List.of("t1", "t2")) {
            assertThat(judge.status(token))
                    .as("each status of the push must be written; here %s must be waiting", token)
                    .isEqualTo(JobState.WAITING.code());
        }
        onKeys(() -> {
            assertThat(everything())
                    .as("a push with statuses must write nothing else")
                    .containsOnlyKeys(key("queues"), key("queue:high"), key("job:t1:status"), key("job:t2:status"));
            rule("W-701");
            assertThat(text("job:t1:status"))
                    .as("the record of a waiting job must have this layout")
                    .startsWith("{\"status\":1,\"updated\":");
        });
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-105")
    void aPushWithStatusHappensWholeOrNotAtAll() {
        redis.call("SET", key("queue:high"), "not a list");
        Map<String, Object> before = everything();
        assertThatThrownBy(
                        () -> backend.queues().push(new Push("high", List.of(JOB), List.of(waiting("t1")))),
                        "push must throw a BackendException if Redis answers with an error")
                .isInstanceOf(BackendException.class);
        assertThat(everything())
                .as("the job cannot be appended, so neither the queue's name nor a status must be written")
                .isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-105")
    void aPushWithStatusIsNotHalfDoneWhereTheQueueCannotBeAnnounced() {
        redis.call("SET", key("queues"), "not a set");
        Map<String, Object> before = everything();
        assertThatThrownBy(
                        () -> backend.queues().push(new Push("high", List.of(JOB), List.of(waiting("t1")))),
                        "push must throw a BackendException if Redis answers with an error")
                .isInstanceOf(BackendException.class);
        assertThat(everything())
                .as("'queues' is not a set, so the push must fail before the job or a status is written")
                .isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-106")
    void aPushToAKeyOfAnotherTypeIsAnError() {
        redis.call("SET", key("queue:high"), "not a list");
        assertThatThrownBy(() -> push("high", JOB), "the reply to RPUSH is an error; it must not be swallowed")
                .isInstanceOf(BackendException.class);
        assertThat(text("queue:high")).isEqualTo("not a list");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-106")
    void aPushThatCouldOnlyNotBeAnnouncedSaysSo() {
        redis.call("SET", key("queues"), "not a set");
        assertThatThrownBy(
                        () -> push("high", JOB, OTHER),
                        "the payloads are in the queue, and another push would double them: push must say so")
                .isInstanceOf(QueueNotAnnouncedException.class)
                .hasMessageContaining("high");
        assertThatPayloads(queue("high")).containsExactly(JOB, OTHER);
        redis.call("SET", key("queue:low"), "not a list");
        assertThatThrownBy(() -> push("low", JOB), "both commands were refused, so push must throw a BackendException")
                .isInstanceOf(BackendException.class)
                .isNotInstanceOf(QueueNotAnnouncedException.class);
    }

    @Test
    @WireRule("W-107")
    void emptyQueuesStayAnnounced() {
        push("high", JOB, OTHER);
        push("low", JOB);
        backend.queues().take("low", 1);
        assertThat(backend.queues().names())
                .as("an empty queue must stay announced until it is removed")
                .containsExactlyInAnyOrder("high", "low");
        assertThat(backend.queues().sizes())
                .as("sizes must return the length of each announced queue")
                .isEqualTo(Map.of("high", 2L, "low", 0L));
        assertThat(backend.queues().size("high"))
                .as("size must return the length")
                .isEqualTo(2);
        assertThat(backend.queues().size("never seen")).isZero();
    }

    @Test
    @WireRule("W-107")
    void nothingIsThereAtFirst() {
        assertThat(backend.queues().names()).isEmpty();
        assertThat(backend.queues().sizes()).isEmpty();
        assertThat(everything()).as("reading must write nothing").isEmpty();
    }

    @Test
    @WireRule("W-108")
    void rangeLooksFromTheHead() {
        List<Payload> five = payloads(5);
        backend.queues().push(new Push("q", five, List.of()));
        assertThatPayloads(backend.queues().range("q", 0, 2))
                .as("range must begin at the head, with the oldest")
                .isEqualTo(five.subList(0, 2));
        assertThatPayloads(backend.queues().range("q", 3, 10))
                .as("start must count from the head, and the range must end with the queue")
                .isEqualTo(five.subList(3, 5));
        assertThatPayloads(backend.queues().range("q", 5, 1)).isEmpty();
        assertThatPayloads(backend.queues().range("q", 0, 0))
                .as("a count of 0 must return nothing")
                .isEmpty();
        assertThatPayloads(backend.queues().range("none", 0, 1)).isEmpty();
        assertThatPayloads(backend.queues().range("q", 3, Long.MAX_VALUE))
                .as("the range must end with the queue, however large its count is")
                .isEqualTo(five.subList(3, 5));
        assertThatPayloads(backend.queues().range("q", Long.MAX_VALUE, Long.MAX_VALUE))
                .as("a range that begins behind the queue must be empty")
                .isEmpty();
        isRefused("range(\"q\", -1, 1)", () -> backend.queues().range("q", -1, 1));
        isRefused("range(\"q\", 0, -1)", () -> backend.queues().range("q", 0, -1));
        isRefused("range(\"q\", -5, 2, 1000)", () -> backend.queues().range("q", -5, 2, 1_000));
        assertThatPayloads(queue("q")).as("range must not remove payloads").isEqualTo(five);
    }

    @Test
    @WireRule({"W-107", "W-108"})
    void headsAreLookedAtForManyQueuesAtOnce() {
        List<String> names = IntStream.range(0, 600).mapToObj(i -> "q" + i).toList();
        for (int i = 0; i < names.size(); i += 100) {
            backend.queues().push(new Push(names.get(i), payloads(i / 100 + 1), List.of()));
        }
        List<QueueHead> heads = backend.queues().heads(names, 1_000_000);
        assertThat(heads).as("heads must return one element for each queue").hasSize(600);
        for (int i = 0; i < names.size(); i++) {
            rule("W-107");
            assertThat(heads.get(i).size())
                    .as("heads must return the length of %s", names.get(i))
                    .isEqualTo(i % 100 == 0 ? i / 100 + 1 : 0);
            rule("W-108");
            assertThatPayload(heads.get(i).first())
                    .as("heads must return the oldest payload of %s, or null", names.get(i))
                    .isEqualTo(i % 100 == 0 ? payloads(1).get(0) : null);
        }
        assertThat(backend.queues().heads(List.of(), 1_000_000)).isEmpty();
        assertThatPayloads(queue("q500")).as("reading must not remove payloads").isEqualTo(payloads(6));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule({"W-114", "W-404"})
    void headsAreLookedAtInBoundedMemory() {
        push("large", large(3_000_000), JOB);
        push("also", large(2_000_000));
        push("small", JOB);
        redis.call("SET", key("queue:odd"), "no queue");
        List<QueueHead> heads = backend.queues().heads(List.of("odd", "large", "also", "small"), 1_000);
        rule("W-404");
        assertThat(heads.get(0)).as("a key of another type must count as empty").isEqualTo(new QueueHead(0, null));
        rule("W-114");
        assertThat(heads.get(1).size()).isEqualTo(2);
        assertThat(heads.get(1).first().text())
                .startsWith("{\"class\":\"OversizePayload\",\"args\":[],\"size\":3000000,\"head\":\"")
                .hasSizeLessThan(10_000);
        assertThat(heads.get(2).first().text()).contains("\"size\":2000000");
        assertThat(heads.get(3)).isEqualTo(new QueueHead(1, JOB));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule({"W-552", "W-404"})
    void delayedJobsAreSeenTheEarliestFirstAndOtherTypesAreEmpty() {
        redis.call("ZADD", key("queue:delayed"), 1_795_944_835_755L, OTHER.text(), 1_795_944_835_754L, JOB.text());
        redis.call("ZADD", key("queue:large"), 1, large(2_000_000).text());
        redis.call("SET", key("queue:string"), "no queue");
        redis.call("HSET", key("queue:hash"), "no", "queue");
        redis.call("SADD", key("queue:set"), "no queue");
        redis.call("XADD", key("queue:stream"), "*", "no", "queue");
        push("list", OTHER);
        List<String> names = List.of("delayed", "large", "string", "hash", "set", "stream", "list");
        List<QueueHead> heads = backend.queues().heads(names, 1_000);
        assertThat(heads.get(0))
                .as("heads must return how many delayed jobs there are, and the earliest")
                .isEqualTo(new QueueHead(2, JOB));
        assertThat(heads.get(1).size()).isEqualTo(1);
        assertThat(heads.get(1).first().text()).contains("\"size\":2000000");
        rule("W-404");
        assertThat(heads.subList(2, 6))
                .as("a key of another type must count as empty")
                .containsOnly(new QueueHead(0, null));
        assertThat(heads.get(6)).as("they must not hide a queue").isEqualTo(new QueueHead(1, OTHER));
        rule("W-552");
        for (int i = 0; i < names.size(); i++) {
            assertThat(backend.queues().size(names.get(i)))
                    .as("size must return the same as heads for %s", names.get(i))
                    .isEqualTo(heads.get(i).size());
        }
        assertThat(backend.queues().range("delayed", 0, 2))
                .as("range must return the earliest first")
                .containsExactly(JOB, OTHER);
        assertThat(backend.queues().take("delayed", 1))
                .as("take must remove the earliest")
                .containsExactly(JOB);
        assertThat(backend.queues().remove("delayed"))
                .as("remove must return how many delayed jobs there were")
                .isEqualTo(1);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-114")
    void aQueueIsLookedAtInBoundedMemory() {
        Payload large = large(3_000_000);
        push("high", JOB, large, OTHER, JOB, JOB);
        assertThat(backend.queues().range("high", 0, 10, 1_000)).containsExactly(JOB);
        List<Payload> standIn = backend.queues().range("high", 1, 10, 1_000_000);
        assertThat(standIn).hasSize(1);
        assertThat(standIn.get(0).text())
                .startsWith("{\"class\":\"OversizePayload\",\"args\":[],\"size\":3000000,\"head\":\"")
                .hasSizeLessThan(10_000);
        assertThat(backend.queues().range("high", 2, 2, 1_000)).containsExactly(OTHER, JOB);
        assertThat(backend.queues().range("high", 0, 10, 10_000_000)).hasSize(5).contains(large);
        assertThat(backend.queues().range("high", 0, 0, 1_000)).isEmpty();
        assertThat(backend.queues().range("none", 0, 10, 1_000)).isEmpty();
        assertThat(backend.queues().size("high"))
                .as("reading must not remove payloads")
                .isEqualTo(5);

        assertThat(backend.queues().take("high", 10, 1))
                .as("take must remove at least one payload")
                .hasSize(1);
        List<Payload> taken = backend.queues().take("high", 10, 1_000_000);
        assertThat(taken).containsExactlyElementsOf(standIn);
        assertThat(backend.queues().take("high", 2, 1_000_000)).containsExactly(OTHER, JOB);
        assertThat(backend.queues().take("high", 10, 1_000_000)).containsExactly(JOB);
        assertThat(backend.queues().take("high", 10, 1_000_000)).isEmpty();
        push("high", JOB, large(900), large(900));
        assertThat(backend.queues().take("high", 10, 500))
                .as("payloads that do not fit must stay")
                .containsExactly(JOB);
        assertThat(backend.queues().size("high")).isEqualTo(2);
    }

    @Test
    @WireRule("W-109")
    void takeTakesOffTheHead() {
        List<Payload> five = payloads(5);
        backend.queues().push(new Push("q", five, List.of()));
        assertThatPayloads(backend.queues().take("q", 0))
                .as("a count of 0 must return nothing")
                .isEmpty();
        assertThatPayloads(backend.queues().take("q", 2))
                .as("take must begin at the head, with the oldest")
                .isEqualTo(five.subList(0, 2));
        assertThatPayloads(backend.queues().take("q", 0, 1_000))
                .as("a count of 0 must return nothing")
                .isEmpty();
        isRefused("take(\"q\", -1)", () -> backend.queues().take("q", -1));
        isRefused("take(\"q\", -1, 1000)", () -> backend.queues().take("q", -1, 1_000));
        assertThatPayloads(queue("q")).as("the other payloads must stay").isEqualTo(five.subList(2, 5));
        assertThatPayloads(backend.queues().take("q", 10)).isEqualTo(five.subList(2, 5));
        assertThatPayloads(backend.queues().take("q", 1)).isEmpty();
        onKeys(() -> assertThat(everything()).containsOnlyKeys(key("queues")));
    }

    @Test
    @WireRule("W-110")
    void removeTakesTheQueueAndItsNameAway() {
        push("high", JOB, OTHER);
        push("low", JOB);
        assertThat(backend.queues().remove("high"))
                .as("remove must return the number of jobs in the queue")
                .isEqualTo(2);
        assertThat(judge.queues())
                .as("remove must remove its name, and no other")
                .containsExactly("low");
        assertThatPayloads(queue("high")).as("remove must remove its jobs").isEmpty();
        assertThatPayloads(queue("low")).as("another queue must stay").containsExactly(JOB);
        onKeys(() -> assertThat(everything())
                .isEqualTo(Map.of(key("queues"), Set.of("low"), key("queue:low"), List.of(JOB.text()))));
        assertThat(backend.queues().remove("high")).isZero();
    }

    @Test
    @WireRule("W-421")
    void queuesArePausedOneByOne() {
        for (String name : List.of("a", "a b", "b", "ü.*", "a-b")) {
            assertThat(backend.queues().pause(name))
                    .as("%s was not paused", name)
                    .isTrue();
        }
        assertThat(backend.queues().paused()).containsExactlyInAnyOrder("a", "a b", "b", "ü.*", "a-b");
        for (String name : List.of("b", "a b", "a")) {
            assertThat(backend.queues().resume(name)).as("%s was paused", name).isTrue();
        }
        assertThat(backend.queues().paused())
                .as("no other pause must end with that of another queue")
                .containsExactlyInAnyOrder("ü.*", "a-b");
        backend.queues().resume("ü.*");
        backend.queues().resume("a-b");
        onKeys(() -> assertThat(everything()).as("nothing is left").isEmpty());
    }

    @Test
    @WireRule("W-111")
    void removeAllGoesByTheBytes() {
        Payload spaced = Payload.ofText("{\"class\": \"A\",\"args\":[1,\"x\"]}");
        push("q", JOB, OTHER, spaced, JOB, OTHER, JOB);
        assertThat(backend.queues().removeAll("q", List.of(JOB, Payload.ofText("absent"), spaced)))
                .as("removeAll must return one count for each payload, in their order")
                .containsExactly(3L, 0L, 1L);
        assertThatPayloads(queue("q"))
                .as("the other payloads must stay, in their order")
                .containsExactly(OTHER, OTHER);
        assertThat(backend.queues().removeAll("q", List.of())).isEmpty();
        assertThat(backend.queues().removeAll("none", List.of(JOB))).containsExactly(0L);
    }

    @Test
    @WireRule("W-115")
    void removeOneRemovesTheFirstOfThem() {
        push("q", JOB, OTHER, JOB, JOB);
        assertThat(backend.queues().removeOne("q", JOB))
                .as("three were equal, and 2 stands for more than one")
                .isEqualTo(2);
        assertThatPayloads(queue("q")).containsExactly(OTHER, JOB, JOB);
        assertThat(backend.queues().removeOne("q", Payload.ofText("absent"))).isZero();
        assertThat(backend.queues().removeOne("q", OTHER)).isOne();
        assertThat(backend.queues().removeOne("q", JOB)).isEqualTo(2);
        assertThat(backend.queues().removeOne("q", JOB)).isOne();
        assertThatPayloads(queue("q")).isEmpty();
        assertThat(backend.queues().removeOne("none", JOB)).isZero();
    }

    @Test
    @WireRule("W-111")
    void removeAllRemovesHundreds() {
        List<Payload> all = payloads(500);
        backend.queues().push(new Push("q", all, List.of()));
        List<Payload> odd = IntStream.range(0, 500)
                .filter(i -> i % 2 == 1)
                .mapToObj(all::get)
                .toList();
        List<Payload> even = new ArrayList<>(all);
        even.removeAll(odd);
        assertThat(backend.queues().removeAll("q", odd)).isEqualTo(Collections.nCopies(250, 1L));
        assertThatPayloads(queue("q"))
                .as("the other payloads must stay, in their order")
                .isEqualTo(even);
    }

    @Test
    @WireRule("W-111")
    void removeAllFindsAllDuplicatesOfHundreds() {
        List<Payload> all = IntStream.range(0, 6_000)
                .mapToObj(i -> Payload.ofText("p" + i % 600))
                .toList();
        backend.queues().push(new Push("q", all, List.of()));
        List<Payload> gone = new ArrayList<>(payloads(200));
        gone.add(Payload.ofText("absent"));
        gone.add(Payload.ofText("p7"));
        List<Payload> rest = new ArrayList<>(all);
        rest.removeAll(gone);
        List<Long> counts = new ArrayList<>(Collections.nCopies(200, 10L));
        counts.addAll(List.of(0L, 0L));
        assertThat(backend.queues().removeAll("q", gone))
                .as(
                        "removeAll must count ten removed elements of each payload, and none of a payload that is not in the queue")
                .isEqualTo(counts);
        assertThatPayloads(queue("q")).isEqualTo(rest);
        onKeys(() -> assertThat(everything())
                .as("nothing else must be written")
                .containsOnlyKeys(key("queues"), key("queue:q")));
    }

    @Test
    @WireRule("W-111")
    void removeAllAndTakeShareAQueueWithoutLoss() {
        List<Payload> all = payloads(12_000);
        backend.queues().push(new Push("q", all, List.of()));
        List<Payload> even = IntStream.range(0, all.size())
                .filter(i -> i % 2 == 0)
                .mapToObj(all::get)
                .toList();
        List<Payload> taken = Collections.synchronizedList(new ArrayList<>());
        Thread taker = new Thread(() -> {
            while (taken.size() < 8_000 && taken.addAll(backend.queues().take("q", 3))) {
                Thread.onSpinWait();
            }
        });
        taker.start();
        List<Long> counts = backend.queues().removeAll("q", even);
        Eventually.until("the thread that takes must end", LIMIT, () -> !taker.isAlive());

        Map<Payload, Integer> places = new HashMap<>();
        all.forEach(payload -> places.put(payload, places.size()));
        List<Payload> seen = new ArrayList<>(taken);
        seen.addAll(queue("q"));
        assertThatPayloads(seen)
                .as("the payloads that were taken and those that are left must keep their order")
                .isSortedAccordingTo(Comparator.comparing(
                        payload -> Integer.valueOf(payload.text().substring(1))));
        for (int i = 0; i < even.size(); i++) {
            if (counts.get(i) == 1) {
                seen.add(even.get(i));
            }
        }
        assertThatPayloads(seen)
                .as("each payload must be either taken, or left, or counted as removed")
                .containsExactlyInAnyOrderElementsOf(all);
    }

    private static List<Payload> payloads(int count) {
        return IntStream.range(0, count).mapToObj(i -> Payload.ofText("p" + i)).toList();
    }
}
