package io.resque.web;

import static io.resque.web.ApiCheck.list;
import static io.resque.web.ApiCheck.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.DelayedJob;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureRef;
import io.resque.api.JobSpec;
import io.resque.api.Limit;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.api.spi.Payload;
import io.resque.core.Schedule;
import io.resque.core.Worker;
import io.resque.web.internal.http.UrlText;
import io.resque.web.internal.http.WebResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The API says what its document says, and no more. */
class ApiTest {
    private static final String ROOT = "/api/v1/";

    private WebFixture web = new WebFixture(Access.READ);

    @AfterEach
    void close() {
        web.close();
    }

    private Object json(WebResponse response) {
        assertThat(response.headers()).containsEntry("Content-Type", "application/json");
        return web.resque.serializer().decode(Payload.of(response.body()));
    }

    private Map<String, Object> get(String path, Map<String, String> query) {
        WebResponse response = web.get(ROOT + path, query);
        assertThat(response.status()).as(path + " " + WebFixture.body(response)).isEqualTo(200);
        return map(json(response));
    }

    private Map<String, Object> get(String path) {
        return get(path, Map.of());
    }

    /** Makes one of each thing; returns the names that stand in paths. */
    private Map<String, String> fill() {
        web.resque.enqueue("mail", JobSpec.of("Send", 1).withUnique(Unique.untilDone(Duration.ofMinutes(5))));
        web.resque.enqueueAt(Instant.now().plus(Duration.ofDays(9)), "mail", "Later", 1);
        web.resque.schedules().put("often", Schedule.every("5m").description("Looks for mail"), "mail", "Poll");
        web.resque.schedules().put("nightly", Schedule.cron("0 3 * * * Europe/Berlin"), "mail", "Sweep");
        web.resque.enqueueTracked("mail", "Send", 2).orElseThrow();
        String token = web.resque
                .enqueueTracked("odd", JobSpec.of("Import", 1).withMetadata("shop", "one"))
                .orElseThrow();
        web.resque
                .workerBuilder("odd")
                .register("Import", () -> context -> {
                    context.progress(30, 120, "lines");
                    context.log("began");
                    throw new IllegalStateException("no Import");
                })
                .retry("Import", Retry.limit(1).fixed(Duration.ZERO))
                .drain();
        List<FailedJob> failures = web.resque.failures().newest(FailureFilter.all(), 0, 1);
        web.resque.failures().retry(failures);
        web.resque.enqueue("odd", "Flaky", 1);
        web.resque
                .workerBuilder("odd")
                .register("Import", () -> context -> {})
                .register("Flaky", () -> context -> {
                    throw new IllegalStateException("no Flaky");
                })
                .retry("Flaky", Retry.limit(1).fixed(Duration.ofHours(1)))
                .drain();
        FailedJob failure =
                web.resque.failures().newest(FailureFilter.all(), 0, 1).get(0);
        DelayedJob later =
                web.resque.delayed().search(job -> true, "", 1).jobs().get(0);
        Map<String, String> names = new LinkedHashMap<>();
        names.put("/queues/{name}", "mail");
        names.put("/failed/{ref}", FailureRef.of(failure).toString());
        names.put(
                "/delayed/{ref}",
                later.dueAt().getEpochSecond() + "-" + later.job().digest());
        names.put("/schedule/{name}", "nightly");
        names.put("/status/{token}", token);
        names.put("/limits/{limit}", "class:Slow");
        return names;
    }

    @Test
    void eachPathAndEachMemberIsAsDocumented() throws InterruptedException {
        Map<String, String> names = fill();
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        web.resque.enqueue(
                "slow", JobSpec.of("Slow", 0).withMetadata("a", 1).withUnique(Unique.untilDone(Duration.ofMinutes(5))));
        try (Worker worker = web.resque
                .workerBuilder("slow")
                .register("Slow", () -> context -> {
                    running.countDown();
                    end.await();
                })
                .limit("Slow", Limit.of(1))
                .concurrency(2)
                .start()) {
            try {
                running.await(); // only then, so that it is the other job that waits for the limit
                web.resque.enqueueTracked("slow", "Slow", 1).orElseThrow();
                await().until(() -> web.resque.inspector().limits(1).stream().anyMatch(limit -> limit.waiting() == 1));
                names.put(
                        "/workers/{id}",
                        web.resque.inspector().workers().stream()
                                .filter(seen -> worker.ids().contains(seen.id())
                                        && seen.job().isPresent())
                                .findFirst()
                                .orElseThrow()
                                .id());
                ApiCheck check = new ApiCheck(get("openapi.json"));
                check.paths().forEach(path -> {
                    String segment = names.containsKey(path) ? UrlText.segment(names.get(path)) : "";
                    check.get(path, get(path.substring(1).replaceFirst("\\{.*}", segment)));
                });
                check.get("/schedule/{name}", get("schedule/often"));
                assertThat(check.wrong).isEmpty();
                assertThat(check.unseen(name -> !HistoryPageTest.HISTORY.contains(name)))
                        .as("documented, and never seen with a value")
                        .isEmpty();
            } finally {
                end.countDown();
            }
        }
    }

    @Test
    void theQueryOfTheNextPartLeadsToIt() {
        for (int i = 0; i < 60; i++) {
            web.resque.enqueue("mail", "Send", i);
        }
        List<Object> places = new ArrayList<>();
        String next = "";
        do {
            Map<String, Object> part = map(json(web.ask("api/v1/queues/mail" + next)));
            list(part.get("jobs")).forEach(job -> places.add(map(job).get("place")));
            next = (String) part.get("next");
        } while (next != null);
        assertThat(places).hasSize(60).doesNotHaveDuplicates();
        Map<String, Object> found = get("queues/mail", Map.of("find", "send"));
        assertThat(list(found.get("jobs"))).hasSize(25);
        assertThat((String) found.get("next")).contains("find=send", "start=");
    }

    @Test
    void failuresAreFilteredAsOnTheirPage() {
        for (String name : List.of("Send", "Clean")) {
            web.resque.enqueue("mail", name, 1);
        }
        web.resque.workerBuilder("mail").register("Other", () -> context -> {}).drain();
        Map<String, Object> found = get("failed", Map.of("class", "Clean"));
        assertThat(list(found.get("failures"))).hasSize(1);
        assertThat(found).containsEntry("looked_at", 2L).containsEntry("next", null);
        assertThat(list(get("failure-groups").get("groups"))).hasSize(2);
    }

    @Test
    void anErrorIsOneSentenceAsJson() {
        try (WebFixture nobody = new WebFixture(Access.NONE)) {
            assertThat(error(nobody.get(ROOT + "overview"), 403)).isEqualTo("You may not see this");
        }
        for (String path : List.of("nothing", "", "queues/none", "workers/x", "delayed/x", "status/x", "schedule/x")) {
            assertThat(error(web.get(ROOT + path), 404)).as(path).startsWith("There is no such page");
        }
        assertThat(error(web.get(ROOT + "failed", Map.of("from", "yesterday")), 400))
                .contains("\"yesterday\" is no time");
        assertThat(error(web.get(ROOT + "failed/x"), 400)).contains("x");
        assertThat(error(web.ask("DELETE", ROOT + "overview", Map.of(), Map.of(), Map.of()), 405))
                .startsWith("Only GET");
        assertThat(error(web.ask("GET", ROOT + "overview", Map.of(), Map.of(), Map.of("host", "evil.example")), 403))
                .contains("this machine");
    }

    private String error(WebResponse response, int status) {
        assertThat(response.status()).as(WebFixture.body(response)).isEqualTo(status);
        assertThat(response.headers()).containsEntry("Cache-Control", "no-store");
        Map<String, Object> tree = map(json(response));
        assertThat(tree).containsOnlyKeys("error");
        return (String) tree.get("error");
    }

    @Test
    void hiddenArgumentsAreHiddenAndLongTextsAreCut() {
        web.close();
        web = new WebFixture(
                builder -> builder.arguments((job, text) -> job.jobClass().equals("Login") ? "hidden" : text));
        web.resque.enqueue("mail", "Login", "secret");
        web.resque.enqueue("mail", "Send", "☃".repeat(20_000));
        List<?> jobs = list(get("queues/mail").get("jobs"));
        assertThat(map(jobs.get(0))).containsEntry("arguments", "hidden");
        assertThat((String) map(jobs.get(1)).get("arguments"))
                .startsWith("[\"☃")
                .hasSize(10_241);
        assertThat(list(get("queues/mail", Map.of("find", "secret")).get("jobs")))
                .isEmpty();
    }

    @Test
    void ofSeveralInstancesEachHasItsApi() {
        WebFixture other = new WebFixture(builder -> builder.add("blog", web.resque));
        try (other) {
            web.resque.enqueue("mail", "Send");
            WebResponse one = other.get("/blog/api/v1/queues/mail");
            assertThat(map(json(one))).containsEntry("size", 1L);
            assertThat(error(other.get("/shop/api/v1/queues/mail"), 404)).isNotEmpty();
        }
    }
}
