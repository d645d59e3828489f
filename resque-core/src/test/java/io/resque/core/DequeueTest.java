package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.spy;

import io.resque.api.DontDequeueException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobMatch;
import io.resque.api.JobState;
import io.resque.api.QueuedJob;
import io.resque.api.ResqueListener;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.tck.WireRule;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.stubbing.Answer;

class DequeueTest {
    private static final String ANY = "{\"class\":\"B\",\"args\":[1,\"x\"]}";

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque =
            redis.builder().argument(Instant.class, Instant::toString).build();

    @AfterEach
    void cleanUp() {
        resque.close();
        redis.clear();
    }

    private void queue(String... payloads) {
        List<Object> command = new ArrayList<>(List.of("RPUSH", redis.key("queue:q")));
        command.addAll(Arrays.asList(payloads));
        CoreRedis.CLIENT.call(command.toArray());
        CoreRedis.CLIENT.call("SADD", redis.key("queues"), "q");
    }

    private static JobMatch a() {
        return JobMatch.of("A");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"class\":\"A\",\"args\":[1,\"é/\"]}",
                "{\"args\":[1,\"\\u00e9\\/\"],\"class\":\"A\"}",
                " { \"class\" : \"A\" , \"args\" : [ 1.0 , \"é/\" ] } ",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[1,\"é/\"]}",
                "{\"class\":\"A\",\"args\":[1e0,\"é/\"],\"id\":\"i\",\"prefix\":\"\",\"queue_time\":1.5}"
            })
    @WireRule("W-256")
    void removesAnySpelling(String payload) {
        queue(ANY, payload, "{\"class\":\"A\",\"args\":[1,\"é/\",null]}");
        assertThat(resque.dequeue("q", a().withArgs(1, "é/"))).isOne();
        assertThat(redis.queue("q")).containsExactly(ANY, "{\"class\":\"A\",\"args\":[1,\"é/\",null]}");
        queue(payload);
        assertThat(resque.dequeueClasses("q", List.of("A"))).isEqualTo(2);
        assertThat(redis.queue("q")).containsExactly(ANY);
    }

    @Test
    @WireRule("W-256")
    void comparesAllArgumentsByValue() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", List.of(1, 2.5, new BigInteger("123456789012345678901234567890")));
        map.put("a", null);
        queue(
                "{\"class\":\"A\",\"args\":[{\"a\":null,\"b\":[1.0,2.50,123456789012345678901234567890]}]}",
                "{\"class\":\"A\",\"args\":[{\"b\":[1,2.5,123456789012345678901234567891],\"a\":null}]}",
                "{\"class\":\"A\",\"args\":[{\"b\":[1,2.5,123456789012345678901234567890]}]}",
                "{\"class\":\"A\",\"args\":[{\"b\":[1,2.5,123456789012345678901234567890],\"c\":null}]}",
                "{\"class\":\"A\",\"args\":[{\"b\":[1,2.5,123456789012345678901234567890],\"a\":null,\"c\":1}]}",
                "{\"class\":\"A\",\"args\":[[\"b\",\"a\"]]}",
                "{\"class\":\"A\",\"args\":[]}");
        assertThat(resque.dequeue("q", a().withArgs(map))).isOne();
        assertThat(redis.queue("q")).hasSize(6).noneMatch(payload -> payload.contains("2.50"));
        assertThat(resque.dequeue("q", a().withArgs())).isOne();
        assertThat(redis.queue("q")).hasSize(5);
        assertThat(resque.dequeue("q", a().withArgs("true"), a().withArgs(true), a().withArgs((Object) null)))
                .isZero();
    }

    @Test
    @WireRule("W-256")
    void aTenthIsATenthHoweverManyDigitsItHas() {
        queue("{\"class\":\"A\",\"args\":[0.1]}", "{\"class\":\"A\",\"args\":[0.1000000000000000055511151231257827]}");
        assertThat(resque.dequeue("q", a().withArgs(0.1f))).isOne();
        assertThat(redis.queue("q")).singleElement().asString().contains("00055");
        queue("{\"class\":\"A\",\"args\":[1e2]}", "{\"class\":\"A\",\"args\":[-0.0]}");
        assertThat(resque.dequeue("q", a().withArgs(100), a().withArgs(0))).isEqualTo(2);
    }

    @Test
    @WireRule("W-256")
    void anIdAndArgumentsMustBothFit() {
        queue(
                "{\"class\":\"A\",\"args\":[1],\"id\":\"one\"}",
                "{\"class\":\"A\",\"args\":[2],\"id\":\"two\"}",
                "{\"class\":\"B\",\"args\":[1],\"id\":\"one\"}",
                "{\"class\":\"A\",\"args\":[1]}");
        assertThat(resque.dequeue("q", a().withId("one").withArgs(2), a().withId(""), JobMatch.of("C")))
                .isZero();
        assertThat(resque.dequeue("q", a().withId("one"), a().withId("two").withArgs(2)))
                .isEqualTo(2);
        assertThat(redis.queue("q"))
                .containsExactly("{\"class\":\"B\",\"args\":[1],\"id\":\"one\"}", "{\"class\":\"A\",\"args\":[1]}");
    }

    @Test
    @WireRule("W-115")
    void oneJobIsRemovedByItsBytes() {
        queue(ANY, "no json", ANY, "{\"class\": \"B\",\"args\":[1,\"x\"]}");
        Inspector inspector = resque.inspector();
        assertThat(resque.dequeue(inspector.peek("q", 2, 1).get(0))).isTrue();
        assertThat(redis.queue("q")).containsExactly("no json", ANY, "{\"class\": \"B\",\"args\":[1,\"x\"]}");
        QueuedJob unreadable = inspector.peek("q", 0, 1).get(0);
        assertThat(resque.dequeue(unreadable)).isTrue();
        assertThat(resque.dequeue(unreadable)).as("it is gone").isFalse();
        assertThat(redis.queue("q")).hasSize(2);
    }

    @Test
    @WireRule("W-257")
    void theStatusGoesWithTheLastOfEqualJobs() {
        String token = resque.enqueueTracked("q", "A", 1).orElseThrow();
        queue(redis.queue("q").get(0)); // as another program can copy it
        QueuedJob job = resque.inspector().peek("q", 0, 1).get(0);
        assertThat(resque.dequeue(job)).isTrue();
        assertThat(resque.status(token)).isPresent();
        assertThat(resque.dequeue(job)).isTrue();
        assertThat(resque.status(token)).isEmpty();
    }

    @Test
    void listenersHearOfOneRemovedJobAndCanVetoIt() {
        List<String> heard = new ArrayList<>();
        resque.listen(new ResqueListener() {
            @Override
            public void beforeDequeue(String queue, List<JobMatch> matches) {
                heard.add("before " + matches.get(0).jobClass());
                if (matches.get(0).args().contains("kept")) {
                    throw new DontDequeueException("it stays");
                }
            }

            @Override
            public void afterDequeue(String queue, List<JobMatch> matches, long removed) {
                heard.add("after " + removed);
            }
        });
        queue("{\"class\":\"A\",\"args\":[\"kept\"]}", "{\"class\":\"A\",\"args\":[]}", "no json");
        List<QueuedJob> jobs = resque.inspector().peek("q", 0, 3);
        assertThat(jobs.stream().map(resque::dequeue)).containsExactly(false, true, true);
        assertThat(heard).containsExactly("before A", "before A", "after 1");
        assertThat(redis.queue("q")).hasSize(1);
    }

    @Test
    void jobsAreSearchedInParts() {
        queue(IntStream.range(0, 300)
                .mapToObj(i -> "{\"class\":\"A\",\"args\":[" + i + "]}")
                .toArray(String[]::new));
        Inspector inspector = resque.inspector();
        QueueSearch part = inspector.search("q", job -> (long) job.args().get(0) % 100 == 50, 0, 2);
        assertThat(part.jobs()).containsOnlyKeys(50L, 150L);
        assertThat(part.lookedAt()).isEqualTo(151);
        QueueSearch rest = inspector.search(
                "q", job -> (long) job.args().get(0) % 100 == 50, part.next().orElseThrow(), 2);
        assertThat(rest.jobs()).containsOnlyKeys(250L);
        assertThat(rest.next()).isEmpty();
        assertThat(rest.lookedAt()).isEqualTo(149);
        assertThat(inspector.search("none", job -> true, 0, 1).jobs()).isEmpty();
        assertThatThrownBy(() -> inspector.search("q", job -> true, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aJobThatHasMovedIsFoundByItsDigest() {
        queue(IntStream.range(0, 300)
                .mapToObj(i -> "{\"class\":\"A\",\"args\":[" + i + "]}")
                .toArray(String[]::new));
        Inspector inspector = resque.inspector();
        QueuedJob job = inspector.peek("q", 250, 1).get(0);
        assertThat(inspector.find("q", 250, job.digest())).contains(job);
        CoreRedis.CLIENT.call("LPOP", redis.key("queue:q"), 200);
        assertThat(inspector.find("q", 250, job.digest())).contains(job);
        CoreRedis.CLIENT.call("LPUSH", redis.key("queue:q"), ANY);
        assertThat(inspector.find("q", 50, job.digest())).as("one was put back").contains(job);
        assertThat(inspector.find("q", Long.MAX_VALUE, job.digest())).contains(job);
        assertThat(inspector.find("q", 250, "0".repeat(32))).isEmpty();
        assertThat(inspector.find("none", 250, job.digest())).isEmpty();
        assertThatThrownBy(() -> inspector.find("q", -1, job.digest())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @WireRule("W-256")
    void whatCannotBeReadStaysWhereItIs() {
        String[] unreadable = {
            "", "A", "not json", "[]", "{}", "{\"class\":\"A\",\"args\":[", "\"A\"", "{\"class\":[\"A\"]}"
        };
        queue(unreadable);
        queue("{\"class\":\"A\"}");
        assertThat(resque.dequeueClasses("q", List.of("A", "B"))).isOne();
        assertThat(redis.queue("q")).containsExactly(unreadable);
    }

    @Test
    @WireRule("W-256")
    void argumentsAreConvertedAndCheckedAsThoseOfAJob() {
        resque.enqueue("q", "A", Instant.EPOCH);
        assertThat(resque.dequeue("q", a().withArgs(Instant.EPOCH))).isOne();
        resque.enqueue("q", "A", 1);
        assertThatThrownBy(() -> resque.dequeue("q", JobMatch.of("B"), a().withArgs(1, new Object())))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("Argument 1 of A");
        assertThatThrownBy(() -> resque.dequeueClasses("q", List.of(" "))).isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> resque.dequeueClasses("\ud800", List.of("A"))).isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> resque.dequeueClasses("q", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dequeueClasses was given no class; to remove all jobs of a queue, call clearQueue");
        assertThat(resque.inspector().queueSize("q")).isOne();
    }

    @Test
    @WireRule("W-256")
    void nothingNamedIsNothingRemoved() {
        queue(ANY, ANY);
        assertThat(resque.dequeueClasses("other", List.of("B"))).isZero();
        assertThat(redis.dump()).containsOnlyKeys(redis.key("queue:q"), redis.key("queues"));
        assertThat(redis.queue("q")).containsExactly(ANY, ANY);
    }

    @Test
    @WireRule("W-256")
    void allDuplicatesGoAndTheRestKeepsItsOrder() {
        List<String> rest = new ArrayList<>();
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String payload = "{\"class\":\"" + (i % 5 == 0 ? "A" : "B") + "\",\"args\":[" + i / 10 + "]}";
            all.add(payload);
            if (i % 5 != 0) {
                rest.add(payload);
            }
        }
        queue(all.toArray(String[]::new));
        assertThat(resque.dequeueClasses("q", List.of("A"))).isEqualTo(1_000);
        assertThat(redis.queue("q")).isEqualTo(rest);
    }

    @Test
    @WireRule("W-256")
    void largeJobsAreFoundToo() {
        String big = "x".repeat(400_000);
        for (int i = 0; i < 60; i++) {
            queue("{\"class\":\"" + (i % 2 == 0 ? "A" : "B") + "\",\"args\":[" + i + ",\"" + big + "\"]}");
        }
        assertThat(resque.dequeueClasses("q", List.of("A"))).isEqualTo(30);
        assertThat(redis.queue("q")).hasSize(30).allMatch(payload -> payload.startsWith("{\"class\":\"B\""));
    }

    @Test
    @WireRule("W-257")
    void theStatusGoesWithTheJobThatIsRemoved() {
        String gone = resque.enqueueTracked("q", "A", 1).orElseThrow();
        String other = resque.enqueueTracked("q", "B", 1).orElseThrow();
        String elsewhere = resque.enqueueTracked("low", "A", 1).orElseThrow();
        queue("{\"class\":\"A\",\"args\":[null],\"id\":\"77\",\"prefix\":\"app\",\"queue_time\":1.5}");
        String waiting = "{\"status\":1,\"updated\":1795361599,\"started\":1795361599,\"result\":null}";
        CoreRedis.CLIENT.call("SET", redis.key("job:app_77:status"), waiting);
        CoreRedis.CLIENT.call("SET", redis.key("job:77:status"), waiting);
        assertThat(resque.dequeueClasses("q", List.of("A"))).isEqualTo(2);
        assertThat(CoreRedis.CLIENT.keys(redis.key("job:*")))
                .containsExactlyInAnyOrder(
                        redis.key("job:" + other + ":status"),
                        redis.key("job:" + elsewhere + ":status"),
                        redis.key("job:77:status"));
        assertThat(resque.status(gone)).isEmpty();
        assertThat(resque.status(other).orElseThrow().state()).isEqualTo(JobState.WAITING);
    }

    @Test
    @WireRule("W-257")
    void theStatusOfAJobThatAWorkerTookStays() throws Exception {
        String token = resque.enqueueTracked("q", "A", 1).orElseThrow();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Worker worker = resque.workerBuilder("q")
                .register("A", () -> context -> {
                    running.countDown();
                    end.await();
                })
                .start();
        running.await();
        assertThat(resque.dequeueClasses("q", List.of("A"))).isZero();
        assertThat(resque.clearQueue("q")).isZero();
        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.RUNNING);
        end.countDown();
        worker.close();
        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.COMPLETE);
    }

    /** A client before some of whose looks at queues, or removals, something happens. */
    private Resque meanwhile(String method, Runnable happens) {
        QueueBackend real = new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace));
        Queues queues = spy(real.queues());
        QueueBackend backend = spy(real);
        doReturn(queues).when(backend).queues();
        Answer<Object> before = call -> {
            happens.run();
            return call.callRealMethod();
        };
        if (method.equals("range")) {
            doAnswer(before).when(queues).range(any(), anyLong(), anyLong(), anyLong());
        } else {
            doAnswer(before).when(queues).removeAll(any(), any());
        }
        return redis.builder().backend(backend).build();
    }

    @Test
    @WireRule({"W-257", "W-259"})
    void whatIsTakenInTheLastMomentIsNeitherCountedNorForgotten() {
        String taken = resque.enqueueTracked("q", "A", 1).orElseThrow();
        String gone = resque.enqueueTracked("q", "A", 2).orElseThrow();
        try (Resque other = meanwhile("removeAll", () -> CoreRedis.CLIENT.call("LPOP", redis.key("queue:q")))) {
            assertThat(other.dequeueClasses("q", List.of("A"))).isOne();
        }
        assertThat(resque.status(taken)).isPresent();
        assertThat(resque.status(gone)).isEmpty();
    }

    @Test
    @WireRule("W-259")
    void whatIsPutBackMeanwhileHidesNothing() {
        queue(IntStream.range(0, 5_000)
                .mapToObj(i -> "{\"class\":\"A\",\"args\":[" + i + "]}")
                .toArray(String[]::new));
        try (Resque other = meanwhile("range", () -> CoreRedis.CLIENT.call("LPUSH", redis.key("queue:q"), ANY))) {
            assertThat(other.dequeueClasses("q", List.of("A"))).isEqualTo(5_000);
        }
        assertThat(redis.queue("q")).hasSizeGreaterThan(4).containsOnly(ANY);
    }

    @Test
    @WireRule({"W-257", "W-258"})
    void allOfAQueueGoesWithItsStatusesAndStaysAnnounced() {
        List<String> tokens = Stream.generate(
                        () -> resque.enqueueTracked("q", "A", 1).orElseThrow())
                .limit(100)
                .toList();
        queue("not json", "{\"class\":\"A\",\"args\":[null],\"id\":\"77\",\"prefix\":\"app\"}");
        CoreRedis.CLIENT.call("SET", redis.key("job:app_77:status"), "{\"status\":1,\"updated\":1,\"started\":1}");
        String low = resque.enqueueTracked("low", "A").orElseThrow();
        assertThat(resque.clearQueue("q")).isEqualTo(102);
        assertThat(redis.dump())
                .containsOnlyKeys(redis.key("queues"), redis.key("queue:low"), redis.key("job:" + low + ":status"))
                .containsEntry(redis.key("queues"), Set.of("low", "q"));
        assertThat(resque.status(tokens.get(99))).isEmpty();
        assertThat(resque.clearQueue("q")).isZero();
    }

    @Test
    @WireRule({"W-257", "W-258"})
    void aQueueIsRemovedWithAllThatBelongsToIt() {
        Collections.nCopies(50, 1).forEach(i -> resque.enqueueTracked("q", "A", 1));
        queue("not json");
        resque.enqueue("low", "A");
        assertThat(resque.removeQueue("q")).isEqualTo(51);
        assertThat(redis.dump())
                .containsOnlyKeys(redis.key("queues"), redis.key("queue:low"))
                .containsEntry(redis.key("queues"), Set.of("low"));
        assertThat(resque.removeQueue("q")).isZero();
    }

    @Test
    @WireRule("W-258")
    void queuesAndSizesAreTold() {
        assertThat(resque.inspector().queues().keySet()).isEmpty();
        for (String queue : List.of("low", "B", "high", "é", "a")) {
            resque.enqueue(queue, "A");
        }
        resque.enqueue("low", "A");
        resque.clearQueue("high");
        assertThat(resque.inspector().queues().keySet()).containsExactly("B", "a", "high", "low", "é");
        assertThat(resque.inspector().queueSize("low")).isEqualTo(2);
        assertThat(resque.inspector().queueSize("high")).isZero();
        assertThat(resque.inspector().queueSize("never seen")).isZero();
    }

    @Test
    @WireRule("W-258")
    void queuesUnderNamesThatWeDoNotGiveCanBeEmptied() {
        for (String queue : List.of(" mid", "a,b", "", "*", "!low", "mail_[ab]?", "a\nb", "q".repeat(100_000))) {
            CoreRedis.CLIENT.call("SADD", redis.key("queues"), queue);
            CoreRedis.CLIENT.call("RPUSH", redis.key("queue:" + queue), ANY, ANY);
            assertThat(resque.inspector().queueSize(queue)).isEqualTo(2);
            assertThat(resque.dequeueClasses(queue, List.of("B"))).isEqualTo(2);
            assertThat(resque.removeQueue(queue)).isZero();
        }
        assertThat(redis.dump()).isEmpty();
    }
}
