package io.resque.activejob;

import static io.resque.activejob.RailsRedis.hash;
import static io.resque.activejob.RailsRedis.hashOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.activejob.RubyShown.Person;
import io.resque.activejob.codec.GlobalId;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.Finding;
import io.resque.api.JobMatch;
import io.resque.api.Limit;
import io.resque.api.Unique;
import io.resque.core.Resque;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs of ActiveJob in a worker of ours. */
@Timeout(60)
class ActiveJobWorkerTest {
    private final RailsRedis redis = new RailsRedis();
    private final Resque resque = redis.builder().build();
    private final List<Object> seen = new ArrayList<>();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    private void work(ActiveJobHandlers handlers) {
        resque.workerBuilder("default").module(handlers).drain();
    }

    private String failure() {
        assertThat(redis.failures()).hasSize(1);
        FailedJob failed = resque.failures().newest(FailureFilter.all(), 0, 1).get(0);
        return failed.exception() + ": " + failed.error();
    }

    @Test
    @WireRule("W-831")
    void aHandlerSeesTheWholeJob() {
        Map<String, Object> job =
                hash("Shop::WelcomeJob", 7L, Map.of("to", "ann", "_aj_ruby2_keywords", List.of("to")));
        job.put("executions", 2L);
        job.put("exception_executions", Map.of("[AppError]", 2L));
        job.put("locale", "pt-BR");
        job.put("timezone", "Berlin");
        job.put("priority", 5L);
        job.put("scheduled_at", "2033-05-18T05:33:20.5+02:00");
        job.put("attempt_number", 9L);
        redis.push(job);
        work(ActiveJobs.handlers().on("Shop::WelcomeJob", each -> {
            assertThat(each.jobClass()).isEqualTo("Shop::WelcomeJob");
            assertThat(each.jobId()).contains((String) job.get("job_id"));
            assertThat(each.queueName()).contains("default");
            assertThat(each.resque().queue()).isEqualTo("default");
            assertThat(each.resque().attempt()).isEqualTo(2);
            assertThat(each.executions()).isEqualTo(3);
            assertThat(each.exceptionExecutions()).isEqualTo(Map.of("[AppError]", 2));
            assertThat(each.locale()).contains("pt-BR");
            assertThat(each.timeZone()).contains(ZoneId.of("Europe/Berlin"));
            assertThat(each.priority()).hasValue(5);
            assertThat(each.enqueuedAt()).contains(Instant.parse("2033-05-18T03:33:20.123456789Z"));
            assertThat(each.scheduledAt()).contains(Instant.parse("2033-05-18T03:33:20.5Z"));
            assertThat(each.member("attempt_number")).contains(9L);
            assertThat(each.member("none")).isEmpty();
            assertThat(each.args().get(0, int.class)).isEqualTo(7);
            assertThat(each.keywords()).isEqualTo(Map.of("to", "ann"));
            assertThat(each.args().get("to", String.class)).isEqualTo("ann");
            assertThat(each.args().find("cc", String.class)).isEmpty();
            assertThat(each.continuation()).isEqualTo(Continuation.start());
            seen.add(each.args().size());
        }));
        assertThat(redis.failures()).isEmpty();
        assertThat(seen).containsExactly(1);
    }

    @Test
    void anArgumentThatIsNoneOfTheClassIsAnError() {
        redis.push(hash("A", "text"));
        work(ActiveJobs.handlers().on("A", job -> {
            assertThatThrownBy(() -> job.args().get(1)).hasMessage("A has no argument 1; it was given 1");
            assertThatThrownBy(() -> job.args().get("x")).hasMessage("A has no keyword \"x\"; it was given []");
            job.args().get(0, Long.class);
        }));
        assertThat(failure())
                .isEqualTo("io.resque.api.JobArgumentException: Argument 0 of A is of the class String, which cannot be"
                        + " read as Long");
    }

    @Test
    void aGlobalIdIsAValueUnlessTheApplicationAndTheModelAreKnown() {
        Object gid = Map.of("_aj_globalid", "gid://shop/Person/7");
        redis.push(hash("A", gid));
        work(ActiveJobs.handlers().resolve("shop", "Person", Person::find).on("A", job -> {
            seen.add(job.args().get(0, GlobalId.class).model());
            seen.add(job.args().get(0, Person.class));
        }));
        assertThat(seen).containsExactly("Person", new Person("7"));
        redis.push(hash("A", gid));
        work(ActiveJobs.handlers()
                .resolve("other", "Person", Person::find)
                .on("A", job -> job.args().get(0, Person.class)));
        assertThat(failure())
                .contains("Argument 0 of A is gid://shop/Person/7, and no function resolves Person of shop");
    }

    @Test
    void aClassWithoutAHandlerFails() {
        redis.push(hash("RubyJob"));
        work(ActiveJobs.handlers().on("A", job -> {}));
        assertThat(failure()).contains("UnknownJobException: No handler is registered for the ActiveJob \"RubyJob\"");
    }

    @Test
    @WireRule("W-836")
    void aClassWithoutAHandlerGoesBackIfThatIsWanted() {
        ActiveJobHandlers handlers = ActiveJobs.handlers().on("A", job -> {}).putBackOthers(Duration.ofSeconds(30), 2);
        redis.push(hash("RubyJob", 1L));
        for (int times = 1; times <= 2; times++) {
            work(handlers);
            assertThat(redis.failures()).isEmpty();
            Map<String, Object> back =
                    new LinkedHashMap<>(hashOf(redis.delayed().get(0)));
            assertThat(back.remove("java_put_back")).isEqualTo((long) times);
            assertThat(back).isEqualTo(hash("RubyJob", 1L));
            assertThat(redis.delayed().get(0)).endsWith(",\"queue\":\"default\"}");
            redis.makeDue();
        }
        work(handlers);
        assertThat(redis.delayed()).isEmpty();
        assertThat(hashOf(redis.failures().get(0))).containsEntry("java_put_back", 2L);
    }

    @Test
    @WireRule("W-838")
    void jobsAreFoundByTheirOwnClassIdAndArguments() {
        Map<String, Object> markup = hash("Shop::A", "<b>");
        markup.put("job_id", "id-2");
        String asRailsSpellsIt =
                RailsRedis.payload(markup).replace("<", "\\u003c").replace(">", "\\u003e");
        redis.push(hash("Shop::A", 1L));
        redis.push("default", asRailsSpellsIt);
        redis.push("default", "{\"class\":\"Shop::A\",\"args\":[1]}");
        assertThat(resque.dequeue("default", JobMatch.activeJob("Other"))).isZero();
        assertThat(resque.dequeue("default", JobMatch.activeJob("Shop::A").withArgs("<b>")))
                .isEqualTo(1);
        redis.push("default", asRailsSpellsIt);
        assertThat(resque.dequeue("default", JobMatch.activeJobId("id-2"))).isEqualTo(1);
        assertThat(resque.dequeue("default", JobMatch.activeJob("Shop::A"))).isEqualTo(1);
        assertThat(redis.list("queue:default")).containsExactly("{\"class\":\"Shop::A\",\"args\":[1]}");

        resque.enqueueIn(Duration.ofHours(1), "default", ActiveJobs.WRAPPER, hash("Shop::A", 1L));
        assertThat(resque.delayed().find(JobMatch.activeJob("Shop::A").withArgs(1)))
                .hasSize(1);
        assertThat(resque.delayed().remove(JobMatch.activeJob("Shop::A").withId((String)
                        hash("A").get("job_id"))))
                .isEqualTo(1);
    }

    @Test
    @WireRule("W-838")
    void limitsAndLocksGoByTheJobAndNotByItsHash() {
        Map<String, Object> first = hash("A", 1L);
        Map<String, Object> second = hash("A", 1L);
        second.put("job_id", "another");
        redis.push(first);
        AtomicInteger runs = new AtomicInteger();
        ActiveJobHandlers handlers = ActiveJobs.handlers()
                .on("A", job -> {
                    if (runs.incrementAndGet() == 1) {
                        redis.push(second);
                        assertThat(resque.workerBuilder("default")
                                        .module(ActiveJobs.handlers()
                                                .on("A", other -> runs.addAndGet(100))
                                                .unique("A", Unique.whileRunning(Duration.ofMinutes(1))))
                                        .drain())
                                .isEqualTo(1);
                    }
                })
                .unique("A", Unique.whileRunning(Duration.ofMinutes(1)));
        work(handlers);
        assertThat(runs).hasValue(1); // the equal job was dropped, as Unique says
        assertThat(redis.list("queue:default")).isEmpty();

        List<Object> keys = new ArrayList<>();
        redis.push(first);
        work(ActiveJobs.handlers().on("A", job -> {}).limit("A", Limit.of(5).by(job -> {
            keys.add(job.jobClass() + " " + job.args() + " " + job.id().orElse(""));
            return "x";
        })));
        assertThat(keys).contains("A [1] " + first.get("job_id"));
    }

    @Test
    void whatIsNotSaidCorrectlyIsRefused() {
        ActiveJobHandlers handlers = ActiveJobs.handlers().on("A", job -> {});
        assertThatThrownBy(() -> handlers.on("A", job -> {})).hasMessage("There is a handler for \"A\" already");
        assertThatThrownBy(() -> handlers.on("::A", job -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> handlers.on(" ", job -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> handlers.discard("B", RuntimeException.class))
                .hasMessage("There is no handler for \"B\"; call on first");
        assertThatThrownBy(() -> handlers.unique("A", Unique.untilDone(Duration.ofHours(1))))
                .hasMessageContaining("Unique.whileRunning");
        assertThatThrownBy(() -> handlers.putBackOthers(Duration.ZERO, 1)).hasMessageContaining("from a second");
        assertThatThrownBy(() -> handlers.putBackOthers(Duration.ofSeconds(1), 0))
                .hasMessageContaining("was 0");
    }

    @Test
    @WireRule("W-837")
    void theCheckpointOfAJobIsRailsContinuation() {
        redis.push(hash("Steps", 3L));
        work(ActiveJobs.handlers().on("Steps", job -> {
            assertThatThrownBy(() -> job.resque().checkpoint(5)).hasMessageContaining("continuation of Rails");
            Continuation at = job.checkpoint(job.continuation().done("prepare"));
            job.checkpoint(at.at("rows", 2));
            throw job.retryIn(Duration.ofHours(1));
        }));
        assertThat(hashOf(redis.delayed().get(0)))
                .containsEntry("continuation", Map.of("completed", List.of("prepare"), "current", List.of("rows", 2L)))
                .containsEntry("resumptions", 0L);
    }

    @Test
    void doctorTellsOfBareNamesAndOfWrappersWithoutAHash() {
        redis.push(hash("WelcomeJob"));
        redis.push("mail", "{\"class\":\"WelcomeJob\",\"args\":[1]}");
        redis.push("mail", "{\"class\":\"Plain\",\"args\":[1]}");
        for (String args : List.of("[]", "null", "[null]")) {
            redis.push("broken", "{\"class\":\"" + ActiveJobs.WRAPPER + "\",\"args\":" + args + "}");
        }
        redis.push("default", "{\"class\":\"" + ActiveJobs.WRAPPER + "\",\"args\":[]}");
        work(ActiveJobs.handlers().on("A", job -> {}));
        redis.push(hash("WelcomeJob"));
        List<String> wrong = resque.inspector().diagnose().stream()
                .filter(finding -> !finding.isFine())
                .map(Finding::text)
                .toList();
        assertThat(wrong)
                .anyMatch(text -> text.startsWith("WelcomeJob stands bare in the queue mail"))
                .anyMatch(text -> text.startsWith("broken: 3 jobs of ActiveJob without a hash"))
                .anyMatch(text -> text.startsWith("1 failure of ActiveJob without a hash"))
                .noneMatch(text -> text.startsWith("Plain"));
    }
}
