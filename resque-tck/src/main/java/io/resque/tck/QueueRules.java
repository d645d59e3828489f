package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.JobState;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueHead;
import io.resque.api.spi.QueueNotAnnouncedException;
import io.resque.api.spi.StatusChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Queues and the names of keys. */
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
                .as("push must announce the queue, so that names() gives it")
                .containsExactly("high");
        assertThatPayloads(queue("high"))
                .as("each push appends its payloads behind those that are there, in their order")
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
        List<String> names = List.of("mail out", "a/b", "größe-日本-🙂", "a:b", "x*[y]?{z}", "\"q\"\\", " ");
        names.forEach(name -> push(name, JOB));
        for (String name : names) {
            assertThatPayloads(queue(name))
                    .as("the queue <%s> goes by this very name; its key is the UTF-8 of 'queue:' and the name", name)
                    .containsExactly(JOB);
        }
        assertThat(judge.queues())
                .as("the names that are announced, as they were given")
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(backend.queues().names())
                .as("names() gives them back unchanged")
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-104")
    void anEmptyNamespaceMeansNoPrefix() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend bare = open(own.url(), "")) {
            push(bare, "high", JOB);
            register(bare, ID);
            assertThat(client.keys("*"))
                    .as("with an empty namespace keys have no prefix, not even a colon")
                    .contains("queues", "queue:high", "workers", "workers:heartbeat", "worker:" + ID + ":started")
                    .noneMatch(key -> key.startsWith(":"));
        }
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
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
                .as("two openings of one URL and namespace must see the same")
                .containsExactly("high");
        assertThat(here.workers().isPaused())
                .as("a pause holds for all openings")
                .isTrue();
        assertThat(elsewhere.queues().names())
                .as("queues of another namespace: everything must be kept by the namespace of the BackendConfig")
                .isEmpty();
        assertThat(elsewhere.queues().size("high"))
                .as("jobs of another namespace")
                .isZero();
        assertThat(elsewhere.workers().ids()).as("workers of another namespace").isEmpty();
        assertThat(elsewhere.workers().isPaused()).as("the pause of another").isFalse();
        assertThat(elsewhere.statistics().get("failed"))
                .as("a counter of another")
                .isZero();
        assertThat(elsewhere.failures().count(FailureList.COMMON))
                .as("failures of another")
                .isZero();
        assertThat(elsewhere.statuses().find("t1")).as("a status of another").isEmpty();
    }

    @Test
    @WireRule("W-113")
    void whoDoesNotStandInRedisRefusesItsUrls() {
        assertThat(provider().scheme().isPresent())
                .as("scheme() must name the beginning of its URLs if it does not declare REDIS_KEYS, so that no other "
                        + "URL chooses it, and must be empty if it does")
                .isNotEqualTo(hasKeys());
        provider()
                .scheme()
                .ifPresent(scheme -> assertThat(url())
                        .as("the kit's url() is one of its own")
                        .startsWith(scheme + ":"));
        for (String place : List.of("redis://", "rediss://", "tcp://")) {
            BackendConfig config = new BackendConfig(place + "localhost:6379/0", namespace);
            if (hasKeys()) {
                assertThatCode(() -> provider().open(config).close())
                        .as("it declares REDIS_KEYS, so it must open %s…, without connecting yet", place)
                        .doesNotThrowAnyException();
            } else {
                assertThatThrownBy(
                                () -> provider().open(config).close(),
                                "it does not declare REDIS_KEYS, so open() must throw a ConfigurationException for %s…: "
                                        + "what stands in Redis must be what Ruby reads",
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
        assertThatPayloads(queue("bytes")).as("payloads are bytes, not text").isEqualTo(payloads);
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
                .as("a push of many keeps their order, in however many commands it is sent")
                .isEqualTo(payloads);
    }

    @Test
    @WireRule({"W-105", "W-701"})
    void aStatusIsWrittenWithItsJob() {
        backend.queues().push(new Push("high", List.of(JOB, OTHER), List.of(waiting("t1"), waiting("t2"))));
        assertThatPayloads(queue("high")).containsExactly(JOB, OTHER);
        for (String token : List.of("t1", "t2")) {
            assertThat(judge.status(token))
                    .as("each status of the push must be written, here the state waiting of %s", token)
                    .isEqualTo(JobState.WAITING.code());
        }
        onKeys(() -> {
            assertThat(everything())
                    .containsOnlyKeys(key("queues"), key("queue:high"), key("job:t1:status"), key("job:t2:status"));
            assertThat(text("job:t1:status")).startsWith("{\"status\":1,\"updated\":");
        });
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-105")
    void aPushWithStatusHappensWholeOrNotAtAll() {
        redis.call("SET", key("queue:high"), "not a list");
        Map<String, Object> before = everything();
        assertThatThrownBy(
                        () -> backend.queues().push(new Push("high", List.of(JOB), List.of(waiting("t1")))),
                        "push must throw a BackendException where Redis answers with an error")
                .isInstanceOf(BackendException.class);
        assertThat(everything())
                .as("the queue cannot take the job, so neither its name nor a status may be written")
                .isEqualTo(before);
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-105")
    void aPushWithStatusIsNotHalfDoneWhereTheQueueCannotBeAnnounced() {
        redis.call("SET", key("queues"), "not a set");
        Map<String, Object> before = everything();
        assertThatThrownBy(
                        () -> backend.queues().push(new Push("high", List.of(JOB), List.of(waiting("t1")))),
                        "push must throw a BackendException where Redis answers with an error")
                .isInstanceOf(BackendException.class);
        assertThat(everything())
                .as("'queues' is no set, so the push must fail before the job or a status is written")
                .isEqualTo(before);
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-106")
    void aPushToAKeyOfAnotherTypeIsAnError() {
        redis.call("SET", key("queue:high"), "not a list");
        assertThatThrownBy(() -> push("high", JOB), "the reply to RPUSH is an error; it must not be swallowed")
                .isInstanceOf(BackendException.class);
        assertThat(text("queue:high")).isEqualTo("not a list");
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule("W-106")
    void aPushThatCouldOnlyNotBeAnnouncedSaysSo() {
        redis.call("SET", key("queues"), "not a set");
        assertThatThrownBy(
                        () -> push("high", JOB, OTHER),
                        "the payloads are in the queue, so whoever pushes them again doubles them: push must say so")
                .isInstanceOf(QueueNotAnnouncedException.class)
                .hasMessageContaining("high");
        assertThatPayloads(queue("high")).containsExactly(JOB, OTHER);
        redis.call("SET", key("queue:low"), "not a list");
        assertThatThrownBy(() -> push("low", JOB), "neither command was taken, so push must throw a BackendException")
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
                .as("an empty queue stays announced until it is removed")
                .containsExactlyInAnyOrder("high", "low");
        assertThat(backend.queues().sizes())
                .as("sizes tells the length of each announced queue")
                .isEqualTo(Map.of("high", 2L, "low", 0L));
        assertThat(backend.queues().size("high")).as("size tells the length").isEqualTo(2);
        assertThat(backend.queues().size("never seen")).isZero();
    }

    @Test
    @WireRule("W-107")
    void nothingIsThereAtFirst() {
        assertThat(backend.queues().names()).isEmpty();
        assertThat(backend.queues().sizes()).isEmpty();
        assertThat(everything()).as("looking must write nothing").isEmpty();
    }

    @Test
    @WireRule("W-108")
    void rangeLooksFromTheHead() {
        List<Payload> five = payloads(5);
        backend.queues().push(new Push("q", five, List.of()));
        assertThatPayloads(backend.queues().range("q", 0, 2))
                .as("range goes from the head: the oldest first")
                .isEqualTo(five.subList(0, 2));
        assertThatPayloads(backend.queues().range("q", 3, 10))
                .as("start counts from the head, and the end of the queue cuts the range off")
                .isEqualTo(five.subList(3, 5));
        assertThatPayloads(backend.queues().range("q", 5, 1)).isEmpty();
        assertThatPayloads(backend.queues().range("q", 0, 0))
                .as("a count of 0 asks for nothing")
                .isEmpty();
        assertThatPayloads(backend.queues().range("none", 0, 1)).isEmpty();
        assertThatPayloads(queue("q")).as("range must not take").isEqualTo(five);
    }

    @Test
    @WireRule({"W-107", "W-108"})
    void headsAreLookedAtForManyQueuesAtOnce() {
        List<String> names = IntStream.range(0, 600).mapToObj(i -> "q" + i).toList();
        for (int i = 0; i < names.size(); i += 100) {
            backend.queues().push(new Push(names.get(i), payloads(i / 100 + 1), List.of()));
        }
        List<QueueHead> heads = backend.queues().heads(names, 1_000_000);
        assertThat(heads).as("one for each queue").hasSize(600);
        for (int i = 0; i < names.size(); i++) {
            assertThat(heads.get(i))
                    .as("the length of %s, and its oldest payload", names.get(i))
                    .isEqualTo(
                            i % 100 == 0
                                    ? new QueueHead(i / 100 + 1, payloads(1).get(0))
                                    : new QueueHead(0, null));
        }
        assertThat(backend.queues().heads(List.of(), 1_000_000)).isEmpty();
        assertThatPayloads(queue("q500")).as("looking takes nothing").isEqualTo(payloads(6));
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
    @WireRule({"W-114", "W-404"})
    void headsAreLookedAtInBoundedMemory() {
        push("large", large(3_000_000), JOB);
        push("also", large(2_000_000));
        push("small", JOB);
        redis.call("SET", key("queue:odd"), "no queue");
        List<QueueHead> heads = backend.queues().heads(List.of("odd", "large", "also", "small"), 1_000);
        assertThat(heads.get(0)).as("of another type").isEqualTo(new QueueHead(0, null));
        assertThat(heads.get(1).size()).isEqualTo(2);
        assertThat(heads.get(1).first().text())
                .startsWith("{\"class\":\"OversizePayload\",\"args\":[],\"size\":3000000,\"head\":\"")
                .hasSizeLessThan(10_000);
        assertThat(heads.get(2).first().text()).contains("\"size\":2000000");
        assertThat(heads.get(3)).isEqualTo(new QueueHead(1, JOB));
    }

    @Test
    @Needs(Feature.REDIS_KEYS)
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
        assertThat(backend.queues().size("high")).as("looking takes nothing").isEqualTo(5);

        assertThat(backend.queues().take("high", 10, 1))
                .as("at least one is taken")
                .hasSize(1);
        List<Payload> taken = backend.queues().take("high", 10, 1_000_000);
        assertThat(taken).containsExactlyElementsOf(standIn);
        assertThat(backend.queues().take("high", 2, 1_000_000)).containsExactly(OTHER, JOB);
        assertThat(backend.queues().take("high", 10, 1_000_000)).containsExactly(JOB);
        assertThat(backend.queues().take("high", 10, 1_000_000)).isEmpty();
        push("high", JOB, large(900), large(900));
        assertThat(backend.queues().take("high", 10, 500))
                .as("what does not fit stays")
                .containsExactly(JOB);
        assertThat(backend.queues().size("high")).isEqualTo(2);
    }

    @Test
    @WireRule("W-109")
    void takeTakesOffTheHead() {
        List<Payload> five = payloads(5);
        backend.queues().push(new Push("q", five, List.of()));
        assertThatPayloads(backend.queues().take("q", 0))
                .as("a count of 0 asks for nothing")
                .isEmpty();
        assertThatPayloads(backend.queues().take("q", 2))
                .as("take goes from the head: the oldest first")
                .isEqualTo(five.subList(0, 2));
        assertThatPayloads(queue("q")).as("what was not taken stays").isEqualTo(five.subList(2, 5));
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
                .as("remove tells how many jobs went with the queue")
                .isEqualTo(2);
        assertThat(judge.queues()).as("its name must go, and no other").containsExactly("low");
        assertThatPayloads(queue("high")).as("its jobs must go").isEmpty();
        assertThatPayloads(queue("low")).as("another queue stays").containsExactly(JOB);
        onKeys(() -> assertThat(everything())
                .isEqualTo(Map.of(key("queues"), Set.of("low"), key("queue:low"), List.of(JOB.text()))));
        assertThat(backend.queues().remove("high")).isZero();
    }

    @Test
    @WireRule("W-111")
    void removeAllGoesByTheBytes() {
        Payload spaced = Payload.ofText("{\"class\": \"A\",\"args\":[1,\"x\"]}");
        push("q", JOB, OTHER, spaced, JOB, OTHER, JOB);
        assertThat(backend.queues().removeAll("q", List.of(JOB, Payload.ofText("absent"), spaced)))
                .as("one count for each payload, in their order")
                .containsExactly(3L, 0L, 1L);
        assertThatPayloads(queue("q")).as("the others stay, in their order").containsExactly(OTHER, OTHER);
        assertThat(backend.queues().removeAll("q", List.of())).isEmpty();
        assertThat(backend.queues().removeAll("none", List.of(JOB))).containsExactly(0L);
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
        assertThatPayloads(queue("q")).as("the others stay, in their order").isEqualTo(even);
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
                .as("ten equal elements of each must be counted, once, and none of what is not there")
                .isEqualTo(counts);
        assertThatPayloads(queue("q")).isEqualTo(rest);
        onKeys(() ->
                assertThat(everything()).as("nothing else is written").containsOnlyKeys(key("queues"), key("queue:q")));
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
        Eventually.until("the taker ends", LIMIT, () -> !taker.isAlive());

        Map<Payload, Integer> places = new HashMap<>();
        all.forEach(payload -> places.put(payload, places.size()));
        List<Payload> seen = new ArrayList<>(taken);
        seen.addAll(queue("q"));
        assertThatPayloads(seen)
                .as("what was taken and what is left must keep their order")
                .isSortedAccordingTo(Comparator.comparing(
                        payload -> Integer.valueOf(payload.text().substring(1))));
        for (int i = 0; i < even.size(); i++) {
            if (counts.get(i) == 1) {
                seen.add(even.get(i));
            }
        }
        assertThatPayloads(seen)
                .as("each payload must be taken, left or counted as removed, and only one of these")
                .containsExactlyInAnyOrderElementsOf(all);
    }

    private static List<Payload> payloads(int count) {
        return IntStream.range(0, count).mapToObj(i -> Payload.ofText("p" + i)).toList();
    }
}
