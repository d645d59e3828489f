package io.resque.web;

import static io.resque.web.ApiCheck.list;
import static io.resque.web.ApiCheck.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.DelayedJob;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.JobSpec;
import io.resque.api.Unique;
import io.resque.api.spi.Payload;
import io.resque.core.Schedule;
import io.resque.web.internal.http.UrlText;
import io.resque.web.internal.http.WebResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs do what the buttons do, and the application hears of both. */
class ApiWriteTest {
    private static final String ROOT = "api/v1/";

    private final List<ResqueWeb.Write> heard = new ArrayList<>();
    private final WebFixture web =
            new WebFixture(builder -> builder.access(Access.ALL).onWrite(heard::add));
    private final ApiCheck check = new ApiCheck(json(web.ask(ROOT + "openapi.json")));

    @AfterEach
    void close() {
        web.close();
    }

    private Map<String, Object> json(WebResponse response) {
        assertThat(response.headers()).containsEntry("Content-Type", "application/json");
        return map(web.resque.serializer().decode(Payload.of(response.body())));
    }

    /** Writes by a documented path, and returns how much was changed. */
    private long write(String documented, String address, String body) {
        WebResponse response = web.write(ROOT + address, body);
        assertThat(response.status()).as(WebFixture.body(response)).isEqualTo(200);
        Map<String, Object> answer = json(response);
        check.post(documented, answer);
        assertThat(check.wrong).isEmpty();
        assertThat(heard).last().extracting(ResqueWeb.Write::changed).isEqualTo(OptionalLong.of((Long)
                answer.get("changed")));
        return (Long) answer.get("changed");
    }

    private long write(String path, String body) {
        return write("/" + path, path, body);
    }

    private String refused(int status, String address, String body) {
        int before = heard.size();
        WebResponse response = web.write(ROOT + address, body);
        assertThat(response.status()).as(WebFixture.body(response)).isEqualTo(status);
        assertThat(heard).hasSize(before);
        return (String) json(response).get("error");
    }

    private Map<String, Object> first(String path, String list) {
        return map(list(json(web.ask(ROOT + path)).get(list)).get(0));
    }

    private void fail(String jobClass, int count) {
        for (int i = 0; i < count; i++) {
            web.resque.enqueue("mail", jobClass, i);
        }
        web.resque.workerBuilder("mail").register("Other", () -> context -> {}).drain();
    }

    private String text(Object value) {
        return web.resque.serializer().encode(value).text();
    }

    @Test
    void queuesAreChanged() {
        String queue = "queues/" + UrlText.segment("a/b");
        for (int i = 0; i < 40; i++) {
            web.resque.enqueue("a/b", "Send", i);
        }
        assertThat(write("/queues/{name}", queue, "{\"do\":\"pause\"}")).isEqualTo(1);
        assertThat(write("/queues/{name}", queue, "{\"do\":\"pause\"}")).isZero();
        assertThat(web.resque.inspector().pausedQueues()).containsExactly("a/b");
        assertThat(write("/queues/{name}", queue, "{\"do\":\"resume\"}")).isEqualTo(1);
        Map<String, Object> job = first(queue, "jobs");
        String removal = text(Map.of("do", "remove-job", "digest", job.get("digest"), "place", job.get("place")));
        assertThat(write("/queues/{name}", queue, removal)).isEqualTo(1);
        assertThat(write("/queues/{name}", queue, removal)).as("it is gone").isZero();
        assertThat(write("/queues/{name}", queue, "{\"do\":\"clear\"}"))
                .as("a program is not asked whether it is sure")
                .isEqualTo(39);
        assertThat(write("/queues/{name}", queue, "{\"do\":\"remove-queue\"}")).isZero();
        assertThat(web.resque.inspector().queues()).isEmpty();
        assertThat(write("overview", "{\"do\":\"pause-all\"}")).isEqualTo(1);
        assertThat(write("overview", "{\"do\":\"resume-all\"}")).isEqualTo(1);
        assertThat(write("workers", "{\"do\":\"prune\"}")).isZero();
    }

    @Test
    void failuresAreChangedAsTheQueryChooses() {
        fail("Send", 3);
        fail("Clean", 30);
        String ref = (String) first("failed?class=Send", "failures").get("ref");
        assertThat(write("failed", text(Map.of("do", "retry", "ref", List.of(ref)))))
                .isEqualTo(1);
        assertThat(write("/failed/{ref}", "failed/" + UrlText.segment(ref), "{\"do\":\"retry\"}"))
                .as("the record says now that it was retried, so it is another one")
                .isZero();
        assertThat(write("/failed", "failed?class=Clean", "{\"do\":\"retry-and-remove-all\"}"))
                .isEqualTo(30);
        assertThat(heard).last().satisfies(write -> {
            assertThat(write.user()).isEqualTo(Optional.of("anna"));
            assertThat(write.from()).isEqualTo("10.0.0.7");
            assertThat(write.instance()).isEqualTo("shop");
            assertThat(write.address()).isEqualTo("/failed?class=Clean");
            assertThat(write.action()).isEqualTo("retry-and-remove-all");
            assertThat(write.text()).isEqualTo("Retried and removed 30 failures");
        });
        assertThat(write("failed", "{\"do\":\"remove-all\"}")).isEqualTo(3);
        assertThat(web.resque.failures().count()).isZero();
        assertThat(web.resque.inspector().queueSize("mail")).isEqualTo(31);
    }

    @Test
    void whatAPageWouldPassOverIsRefused() {
        fail("Send", 1);
        assertThat(refused(400, "failed?clas=Clean", "{\"do\":\"remove-all\"}"))
                .contains("clas", "[list, class, queue, exception, text, from, to]");
        assertThat(refused(400, "failed", "{\"do\":\"remove-all\",\"class\":\"Clean\"}"))
                .contains("[class]");
        assertThat(refused(400, "failed", "{\"do\":\"retry\"}")).contains("needs the member ref");
        assertThat(refused(400, "failed", "{\"do\":\"retry\",\"ref\":[]}")).contains("needs the member ref");
        assertThat(refused(400, "failed", "{\"do\":\"retry\",\"ref\":null}")).contains("Refused");
        assertThat(refused(400, "failed", "{\"do\":\"retry\",\"ref\":[{}]}")).contains("The member ref must be a text");
        assertThat(refused(400, "failed?class=", "{\"do\":\"remove-all\"}"))
                .as("a variable of a script that is not set")
                .contains("The parameter class must have one value");
        assertThat(refused(400, "failed", "{\"do\":[\"retry-all\",\"remove-all\"]}"))
                .contains("The member do must be a text");
        assertThat(refused(400, "failed", text(Map.of("do", "retry", "ref", Collections.nCopies(1_001, "x")))))
                .contains("a list of at most 1000");
        assertThat(refused(400, "failed", "{\"do\":\"remove-all\",\"sure\":true}"))
                .contains("The member sure");
        assertThat(refused(400, "failed", "{\"do\":\"erase\"}")).contains("remove-all", "\"erase\"");
        assertThat(refused(400, "failed", "{}")).contains("The member do must be one of");
        assertThat(refused(400, "failed", "[1]")).contains("must be a JSON object");
        assertThat(refused(400, "failed", "do=remove-all")).contains("is no JSON");
        assertThat(refused(400, "failed", "")).contains("is no JSON");
        for (String path : List.of("working", "limits/x", "findings", "server", "nothing", "openapi.json", "")) {
            assertThat(refused(404, path, "{\"do\":\"look\"}")).as(path).isNotEmpty();
        }
        assertThat(web.resque.failures().count()).isEqualTo(1);
    }

    @Test
    void delayedAndRecurringJobsStatusesAndLocksAreChanged() {
        Instant due = Instant.now().plus(Duration.ofHours(1));
        for (int i = 0; i < 3; i++) {
            web.resque.at(due.plusSeconds(i)).enqueue("mail", "Send", i);
        }
        Map<String, Object> job = first("delayed", "jobs");
        String address = "delayed/" + job.get("ref");
        assertThat(write("/delayed/{ref}", address, text(Map.of("do", "reschedule", "to", job.get("due_at")))))
                .as("it is due then anyway")
                .isZero();
        assertThat(write("/delayed/{ref}", address, "{\"do\":\"enqueue-now\"}")).isEqualTo(1);
        Object ref = first("delayed", "jobs").get("ref");
        assertThat(write("delayed", text(Map.of("do", "cancel", "ref", ref))))
                .as("one text is as good as a list")
                .isEqualTo(1);
        assertThat(web.resque.delayed().jobs().map(DelayedJob::job))
                .extracting(each -> each.args().get(0))
                .containsExactly(2L);
        assertThat(write("/delayed", "delayed?class=Clean", "{\"do\":\"cancel-all\"}"))
                .isZero();
        String move = text(Map.of("do", "reschedule-all", "to", "2099-01-01T00:00:00Z"));
        assertThat(refused(400, "delayed?class=Send", move)).as("too far ahead").contains("Refused");
        String soon =
                text(Map.of("do", "reschedule-all", "to", due.plusSeconds(99).toString()));
        assertThat(write("/delayed", "delayed?class=Send", soon)).isEqualTo(1);
        assertThat(write("/retries", "retries", "{\"do\":\"enqueue-now-all\"}")).isZero();
        web.resque.schedules().put("nightly/ü", Schedule.every("5m"), "mail", "Poll");
        String nightly = "schedule/" + UrlText.segment("nightly/ü");
        for (String action : List.of("trigger", "pause", "resume", "remove-recurring")) {
            assertThat(write("/schedule/{name}", nightly, text(Map.of("do", action))))
                    .as(action)
                    .isEqualTo(1);
        }
        assertThat(refused(404, nightly, "{\"do\":\"trigger\"}")).isNotEmpty();
        String token = web.resque.enqueueTracked("mail", "Import").orElseThrow();
        assertThat(write("/status/{token}", "status/" + token, "{\"do\":\"stop-tracking\"}"))
                .isEqualTo(1);
        web.resque.enqueue("mail", JobSpec.of("Send", 1).withUnique(Unique.untilDone(Duration.ofMinutes(5))));
        Map<String, Object> lock = first("locks", "locks");
        String free =
                text(Map.of("do", "free-lock", "key", lock.get("key"), "owner", lock.get("owner"), "job", "queued"));
        assertThat(write("locks", free)).isEqualTo(1);
        assertThat(write("locks", free)).isZero();
    }

    @Test
    void aWriteThatRedisEndedIsToldToo() {
        web.resque.close();
        WebResponse response = web.write(ROOT + "overview", "{\"do\":\"pause-all\"}");
        assertThat(response.status()).isEqualTo(503);
        assertThat((String) json(response).get("error")).startsWith("Redis does not answer");
        assertThat(heard).singleElement().satisfies(write -> {
            assertThat(write.changed()).isEmpty();
            assertThat(write.action()).isEqualTo("pause-all");
            assertThat(write.address()).isEqualTo("/overview");
            assertThat(write.text()).startsWith("This was not done, or a part of it was: ");
        });
    }

    @Test
    void rightsAreTheSameAsForButtons() {
        fail("Send", 1);
        List<FailedJob> failures = web.resque.failures().newest(FailureFilter.all(), 0, 1);
        assertThat(failures).hasSize(1);
        try (WebFixture mender = new WebFixture(
                web.resque, builder -> builder.access(Access.RETRY).onWrite(heard::add))) {
            assertThat(mender.write(ROOT + "failed", "{\"do\":\"remove-all\"}").status())
                    .isEqualTo(403);
            assertThat(heard).isEmpty();
            assertThat(mender.write(ROOT + "failed", "{\"do\":\"retry-all\"}").status())
                    .isEqualTo(200);
            assertThat(heard).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sec-fetch-site, cross-site, 403",
        "sec-fetch-site, same-site, 403",
        "sec-fetch-site, none, 403",
        "sec-fetch-site, same-origin, 200",
        "origin, http://evil.example, 403",
        "origin, null, 403",
        "origin, http://localhost:5678, 200",
        "content-type, text/plain, 415",
        "content-type, application/x-www-form-urlencoded, 415",
        "host, evil.example, 403",
        "user-agent, curl/8, 200"
    })
    void onlyABrowserOfAnotherSiteIsRefused(String header, String value, int status) {
        try (WebFixture all = new WebFixture(Access.ALL)) {
            WebResponse response = all.write(ROOT + "overview", "{\"do\":\"pause-all\"}", Map.of(header, value));
            assertThat(response.status()).as(WebFixture.body(response)).isEqualTo(status);
            assertThat(all.resque.inspector().pausedAll()).isEqualTo(status == 200);
        }
    }

    @Test
    void buttonsAreToldTooAndAListenerThatFailsChangesNothing() {
        try (WebFixture failing =
                new WebFixture(builder -> builder.access(Access.ALL).onWrite(write -> {
                    heard.add(write);
                    throw new IllegalStateException("no audit");
                }))) {
            for (int i = 0; i < 30; i++) {
                failing.resque.enqueue("a b/ü", "Send", i);
            }
            String page = "/queues/" + UrlText.segment("a b/ü");
            assertThat(failing.post(page, Map.of("do", "clear")).status())
                    .as("a question")
                    .isEqualTo(200);
            assertThat(heard).isEmpty();
            assertThat(failing.post(page, Map.of("do", "clear", "sure", "yes")).status())
                    .isEqualTo(303);
            assertThat(heard).singleElement().satisfies(write -> {
                assertThat(write.address()).isEqualTo("/queues/a b/ü");
                assertThat(write.changed()).isEqualTo(OptionalLong.of(30));
                assertThat(write.text()).isEqualTo("Removed 30 jobs of a b/ü");
            });
        }
    }
}
