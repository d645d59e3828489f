package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailureFilter;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.core.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pages of failures, delayed and recurring jobs, statuses, limits and locks, and what their buttons do. */
class MendingPagesTest {
    private static final String WRAPPER = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";

    private final WebFixture web = new WebFixture(Access.ALL);

    @AfterEach
    void close() {
        web.close();
    }

    private void fail(String queue, String jobClass, int count) {
        for (int i = 0; i < count; i++) {
            web.resque.enqueue(queue, jobClass, i);
        }
        web.resque
                .workerBuilder(queue)
                .register(jobClass, () -> context -> {
                    throw new IllegalStateException("no " + jobClass + "\nsecond line");
                })
                .drain();
    }

    private static void choose(Document page, int... rows) {
        for (int row : rows) {
            page.select("input[type=checkbox]").get(row).attr("checked", "");
        }
    }

    private static String notice(Document page) {
        return page.select(".notice").text();
    }

    @Test
    void theNewestFailureStandsFirstAndLeadsToItsPage() {
        fail("mail", "Send", 30);
        Document first = web.page("/failed");
        assertThat(first.select("form.chosen tbody tr")).hasSize(25);
        assertThat(first.select(".pager span").text()).isEqualTo("1 to 25 of 30");
        Element row = first.select("form.chosen tbody tr").first();
        assertThat(row.text()).contains("Send [29] java.lang.IllegalStateException no Send");
        Document one = web.follow("/failed", row.select("a").attr("href"));
        assertThat(one.select("h1").text()).isEqualTo("Send: java.lang.IllegalStateException");
        assertThat(one.select("dd pre").eachText()).contains("[29]", "no Send", "second line");
        Document after = web.press("/failed/x", one, "Retry and remove");
        assertThat(notice(after)).isEqualTo("Retried and removed 1 of 1");
        assertThat(web.resque.failures().count()).isEqualTo(29);
        assertThat(web.resque.inspector().queueSize("mail")).isEqualTo(1);
    }

    @Test
    void aRunAfterAFailedOneTellsOfIt() {
        web.resque.enqueue("mail", "Send", 1);
        web.resque
                .workerBuilder("mail")
                .register("Send", () -> context -> {
                    throw new IllegalStateException("run " + context.attempt());
                })
                .retry("Send", Retry.limit(1).fixed(Duration.ZERO))
                .drain();
        Document one = web.follow(
                "/failed", web.page("/failed").select("form.chosen tbody a").attr("href"));
        assertThat(one.select("dd").eachText()).contains("2", "java.lang.IllegalStateException: run 0");
    }

    @Test
    void chosenFailuresAreChangedAlsoIfTheListHasMoved() {
        fail("mail", "Send", 5);
        Document page = web.page("/failed");
        choose(page, 0, 2);
        web.resque.failures().remove(web.resque.failures().oldest(FailureFilter.all(), 0, 2));
        Document after = web.press("/failed", page, "Remove");
        assertThat(notice(after)).isEqualTo("Removed 2 of 2");
        assertThat(web.resque.failures().newest(FailureFilter.all(), 0, 9))
                .extracting(failure -> failure.args().get(0))
                .containsExactly(3L);
        choose(page, 0);
        assertThat(notice(web.press("/failed", page, "Retry"))).as("it is gone").isEqualTo("Retried 0 of 2");
        assertThat(web.resque.inspector().queueSize("mail")).isZero();
    }

    @Test
    void failuresAreFilteredAndChangedByTheFilter() {
        fail("mail", "Send", 3);
        fail("low", "Clean", 2);
        Document page = web.follow("/failed", "./failed?class=Clean&text=no+CLEAN");
        assertThat(page.select("form.chosen tbody tr")).hasSize(2);
        assertThat(page.select(".pager span").text()).isEqualTo("Found 2; looked at 5 of 5");
        assertThat(page.select("main[data-live]"))
                .as("a search is not made again by itself")
                .isEmpty();
        assertThat(web.page("/failed").select("main[data-live]")).hasSize(1);
        assertThat(page.select("input[name=class]").attr("value")).isEqualTo("Clean");
        Document question = web.press("/failed", page, "Retry all of these");
        assertThat(question.select("main p").text()).startsWith("Retry each failure that matches? All 5 records");
        assertThat(web.resque.inspector().queueSize("low")).isZero();
        Document done = web.press("/failed", question, "Retry all of these");
        assertThat(notice(done)).isEqualTo("Retried 2 failures");
        assertThat(web.resque.inspector().queueSize("low")).isEqualTo(2);
        assertThat(web.resque.inspector().queueSize("mail")).isZero();
        assertThat(done.select("form.chosen tbody tr")).as("the filter is kept").hasSize(2);
        assertThat(web.get("/failed", Map.of("from", "yesterday")).status()).isEqualTo(400);
        assertThat(web.follow("/failed", "./failed?from=2020-01-01T00:00&to=2020-01-02T00:00")
                        .select("form.chosen tbody tr"))
                .isEmpty();
    }

    @Test
    void groupsLeadToTheirFailures() {
        fail("mail", "Send", 3);
        fail("low", "Clean", 2);
        Document page = web.follow("/failed", "./failed?groups=yes");
        assertThat(page.select("table").first().select("tbody tr").eachText())
                .satisfiesExactly(
                        row -> assertThat(row).startsWith("java.lang.IllegalStateException Send 3"),
                        row -> assertThat(row).startsWith("java.lang.IllegalStateException Clean 2"));
        assertThat(page.select(".pager span").text()).isEqualTo("Looked at the newest 5 of 5");
        Document clean = web.follow(
                "/failed", page.select("table").first().select("a").last().attr("href"));
        assertThat(clean.select("form.chosen tbody tr")).hasSize(2);
    }

    @Test
    void aWrappedJobIsShownByItsInnerClass() {
        web.resque.enqueue("rails", WRAPPER, Map.of("job_class", "Welcome", "arguments", List.of(1)));
        web.resque
                .workerBuilder("rails")
                .register(WRAPPER, () -> context -> {
                    throw new IllegalStateException("no");
                })
                .drain();
        Document page = web.follow("/failed", "./failed?class=Welcome");
        assertThat(page.select("form.chosen tbody tr td").get(2).text()).isEqualTo("Welcome");
        Document one = web.follow("/failed", page.select("form.chosen tbody a").attr("href"));
        assertThat(one.select("dd").eachText()).contains("Welcome", WRAPPER);
    }

    @Test
    void aJobOfRailsCanHaveAllItsAttemptsAgain() {
        web.resque.enqueue("rails", WRAPPER, Map.of("job_class", "Welcome", "arguments", List.of(1), "executions", 5));
        web.resque
                .workerBuilder("rails")
                .register(WRAPPER, () -> context -> {
                    throw new IllegalStateException("no");
                })
                .drain();
        String address = web.page("/failed").select("form.chosen tbody a").attr("href");
        Document one = web.follow("/failed", address);
        Document after = web.press("/failed/one", one, "Retry with all attempts");
        assertThat(notice(after)).isEqualTo("Retried 1 of 1");
        assertThat(web.resque.inspector().peek("rails", 0, 1).get(0).args().toString())
                .contains("executions=0", "exception_executions={}");
        fail("mail", "Send", 1);
        assertThat(web.follow(
                                "/failed",
                                web.follow("/failed", "./failed?class=Send")
                                        .select("form.chosen tbody a")
                                        .attr("href"))
                        .select("button")
                        .eachText())
                .doesNotContain("Retry with all attempts");
    }

    @Test
    void jobsOfAQueueAreFoundByTheirText() {
        for (int i = 0; i < 60; i++) {
            web.resque.enqueue("mail", "Send", "user" + i);
        }
        Document page = web.follow("/queues/mail", "../queues/mail?find=USER5");
        assertThat(page.select("tbody tr td.number").eachText())
                .containsExactly("5", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59");
        assertThat(page.select(".pager span").text()).isEqualTo("Found 11; looked at 60");
        web.resque.dequeue(web.resque.inspector().peek("mail", 0, 1).get(0));
        Document after = web.press("/queues/mail", page, "Remove");
        assertThat(notice(after)).isEqualTo("Removed one job of mail");
        assertThat(after.select("tbody tr")).as("the search is kept").hasSize(10);
    }

    @Test
    void noFilterFindsArgumentsThatAreHidden() {
        try (WebFixture hiding = new WebFixture(builder -> builder.access(Access.ALL)
                .arguments((job, text) -> job.jobClass().equals("Login") ? "hidden" : text))) {
            hiding.resque.enqueue("mail", "Login", "secret");
            hiding.resque.in(Duration.ofHours(1)).enqueue("mail", "Login", "secret");
            assertThat(hiding.follow("/queues/mail", "../queues/mail?find=secret")
                            .select("tbody tr"))
                    .isEmpty();
            assertThat(hiding.follow("/delayed", "./delayed?text=secret").select("tbody tr"))
                    .isEmpty();
            assertThat(hiding.follow("/delayed", "./delayed?text=login").select("tbody tr"))
                    .hasSize(1);
            hiding.resque
                    .workerBuilder("mail")
                    .register("Login", () -> context -> {
                        throw new IllegalStateException("no");
                    })
                    .drain();
            assertThat(hiding.follow("/failed", "./failed?text=secret").select("form.chosen tbody tr"))
                    .isEmpty();
            assertThat(hiding.follow("/failed", "./failed?text=hidden").select("form.chosen tbody tr"))
                    .hasSize(1);
            assertThat(hiding.page("/failed").text()).doesNotContain("secret");
        }
    }

    @Test
    void whoMayRetryMayNotRemove() {
        try (WebFixture mender = new WebFixture(Access.RETRY)) {
            assertThat(mender.page("/failed").select("button").eachText()).doesNotContain("Remove all of these");
            assertThat(mender.post("/failed", Map.of("do", "retry-and-remove", "ref", "x"))
                            .status())
                    .isEqualTo(403);
            assertThat(mender.post("/failed", Map.of("do", "remove-all")).status())
                    .isEqualTo(403);
            assertThat(mender.post("/failed", Map.of("do", "retry-all")).status())
                    .isEqualTo(303);
            assertThat(mender.post("/failed", Map.of("do", "retry", "ref", "nonsense"))
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void delayedJobsAreFoundRunCancelledAndMoved() {
        Instant due = Instant.now().plus(Duration.ofHours(1));
        for (int i = 0; i < 30; i++) {
            web.resque.at(due.plusSeconds(i)).enqueue("mail", "Send", i);
        }
        web.resque.at(due).enqueue("low", "Clean", "x");
        Document all = web.page("/delayed");
        assertThat(all.select("tbody tr")).hasSize(25);
        Document more = web.follow("/delayed", all.select(".pager a").attr("href"));
        assertThat(more.select("tbody tr")).hasSize(6);
        Document found = web.follow("/delayed", "./delayed?class=Clean&text=X");
        assertThat(found.select("tbody tr")).hasSize(1);
        choose(found, 0);
        assertThat(notice(web.press("/delayed", found, "Run now"))).isEqualTo("Put 1 of 1 onto their queues");
        assertThat(web.resque.inspector().queueSize("low")).isEqualTo(1);
        choose(all, 2, 3);
        assertThat(notice(web.press("/delayed", all, "Cancel"))).isEqualTo("Cancelled 2 of 2");
        assertThat(web.resque.delayed().count()).isEqualTo(28);
        Document one = web.follow("/delayed", more.select("tbody a").last().attr("href"));
        assertThat(one.select("dd pre").text()).isEqualTo("[29]");
        Instant later = due.plus(Duration.ofDays(3)).truncatedTo(ChronoUnit.MINUTES);
        one.select("input[name=to]").attr("value", later.toString().replace(":00Z", ""));
        assertThat(notice(web.press("/delayed/x", one, "Move"))).isEqualTo("Moved 1 of 1 to another time");
        assertThat(web.resque.delayed().between(later, later).count()).isEqualTo(1);
        assertThat(web.page("/retries").select("tbody tr")).isEmpty();
    }

    @Test
    void allDelayedJobsThatMatchAreChanged() {
        Instant due = Instant.now().plus(Duration.ofHours(1));
        for (int i = 0; i < 60; i++) {
            web.resque.at(due.plusSeconds(i)).enqueue("mail", i % 2 == 0 ? "Send" : "Clean", i);
        }
        Document found = web.follow("/delayed", "./delayed?class=Clean");
        Document question = web.press("/delayed", found, "Cancel all of these");
        assertThat(question.select("main p").text())
                .startsWith("Cancel each of these jobs? All 60 delayed jobs are looked at");
        assertThat(web.resque.delayed().count()).isEqualTo(60);
        assertThat(notice(web.press("/delayed", question, "Cancel all of these")))
                .isEqualTo("Cancelled 30 jobs");
        Document rest = web.follow("/delayed", "./delayed?class=Send");
        Instant later = due.plus(Duration.ofDays(3)).truncatedTo(ChronoUnit.MINUTES);
        rest.select("input[name=to][required]").attr("value", later.toString().replace(":00Z", ""));
        Document sure = web.press("/delayed", rest, "Move all of these");
        assertThat(notice(web.press("/delayed", sure, "Move all of these")))
                .as("the time is kept through the question")
                .isEqualTo("Moved 30 jobs to another time");
        assertThat(web.resque.delayed().between(later, later).count()).isEqualTo(30);
        Document all = web.page("/delayed");
        choose(all, 0, 1);
        all.select("form.chosen input[name=to]")
                .attr("value", due.truncatedTo(ChronoUnit.MINUTES).toString().replace(":00Z", ""));
        assertThat(notice(web.press("/delayed", all, "Move the chosen"))).isEqualTo("Moved 2 of 2 to another time");
        assertThat(web.resque.delayed().between(later, later).count()).isEqualTo(28);
        Document few = web.follow("/delayed", "./delayed?from=2020-01-01T00:00&text=nothing");
        assertThat(few.select("form.chosen button")).isEmpty();
        assertThat(web.post("/delayed", Map.of("do", "reschedule-all", "to", "soon"))
                        .status())
                .isEqualTo(400);
        assertThat(notice(web.press(
                        "/delayed",
                        web.press("/delayed", web.page("/delayed"), "Run all of these now"),
                        "Run all of these now")))
                .isEqualTo("Put 30 jobs onto their queues");
        assertThat(web.resque.inspector().queueSize("mail")).isEqualTo(30);
        assertThat(web.page("/retries").select("button").eachText()).doesNotContain("Run all of these now");
        try (WebFixture reader = new WebFixture(web.resque, builder -> builder.access(Access.RETRY))) {
            assertThat(reader.post("/delayed", Map.of("do", "cancel-all")).status())
                    .isEqualTo(403);
        }
    }

    @Test
    void recurringJobsAreShownInTheirZoneAndChanged() {
        web.resque
                .schedules()
                .put("nightly/ü", Schedule.cron("0 3 * * *", ZoneId.of("Europe/Berlin")), "mail", "Report", 1);
        web.resque.schedules().put("often", Schedule.every("5m"), "mail", "Poll");
        Document page = web.page("/schedule");
        assertThat(page.select("tbody tr").eachText())
                .satisfiesExactly(
                        row -> assertThat(row)
                                .startsWith("nightly/ü 0 3 * * * Europe/Berlin Report mail – ")
                                .contains(" 03:00:00 +0"),
                        row -> assertThat(row).startsWith("often every 5 min Poll mail"));
        String nightly = WebFixture.resolve("/schedule", page.select("tbody a").attr("href"));
        assertThat(notice(web.press(nightly, "Run now"))).isEqualTo("Put a job of nightly/ü onto its queue");
        assertThat(web.resque.inspector().queueSize("mail")).isEqualTo(1);
        Document paused = web.press(nightly, "Pause");
        assertThat(notice(paused)).isEqualTo("Paused nightly/ü");
        assertThat(paused.select(".tag").text()).isEqualTo("paused");
        web.press(nightly, paused, "Resume");
        assertThat(web.resque.schedules().find("nightly/ü").orElseThrow().isPaused())
                .isFalse();
        assertThat(notice(web.press(nightly, "Remove"))).isEqualTo("Removed the recurring job nightly/ü");
        assertThat(web.resque.schedules().list()).hasSize(1);
        assertThat(web.get(nightly).status()).isEqualTo(404);
    }

    @Test
    void aStatusIsShownWithItsProgress() {
        String token = web.resque.enqueueTracked("mail", "Import").orElseThrow();
        web.resque
                .workerBuilder("mail")
                .register("Import", () -> context -> {
                    context.progress(30, 120, "lines");
                    context.log("began");
                    context.result(Map.of("n", 1));
                })
                .drain();
        assertThat(web.resque.status(token).orElseThrow().state()).isEqualTo(JobState.COMPLETE);
        Document page = web.follow("/status", "./status?token=" + token);
        assertThat(page.select(".tag").text()).isEqualTo("complete");
        assertThat(page.select("progress").attr("value")).isEqualTo("25");
        assertThat(page.select("dd").eachText()).contains("30 of 120 lines", "{\"n\":1}", "began");
        assertThat(notice(web.press("/status/" + token, "Remove the status"))).isEqualTo("Removed the status " + token);
        assertThat(web.resque.status(token)).isEmpty();
        assertThat(web.page("/status/" + token).select("p.trouble").text())
                .startsWith("There is no status under " + token);
    }

    @Test
    void aLockIsFreedIfItIsStillHeldAsItWasShown() {
        web.resque.enqueue("mail", JobSpec.of("Send", 1).withUnique(Unique.untilDone(Duration.ofMinutes(5))));
        Document page = web.page("/locks");
        assertThat(page.select("tbody").last().select("tr")).hasSize(1);
        assertThat(page.select("tbody").last().text()).contains("until done queued");
        Document after = web.press("/locks", page, "Free");
        assertThat(notice(after)).startsWith("Freed the lock java:lock:");
        assertThat(web.resque.inspector().locks()).isEmpty();
        assertThat(notice(web.press("/locks", page, "Free"))).endsWith("nothing was freed");
    }
}
