package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resque.api.JobMatch;
import io.resque.core.Resque;
import io.resque.web.internal.http.WebResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the pages show, and what their buttons do. */
class PagesTest {
    private final WebFixture web = new WebFixture(Access.ALL);

    @AfterEach
    void close() {
        web.close();
    }

    @Test
    void anEmptyRedisIsWell() {
        Document overview = web.page("/");
        assertThat(overview.select(".verdict").text()).isEqualTo("All is well");
        assertThat(overview.select("nav a").eachText())
                .containsExactly(
                        "Overview",
                        "Queues",
                        "Working",
                        "Workers",
                        "Failures",
                        "Delayed",
                        "Retries",
                        "Recurring",
                        "Status",
                        "Limits and locks",
                        "History",
                        "Server");
        assertThat(overview.select("nav a[aria-current]").eachText()).containsExactly("Overview");
    }

    @Test
    void theOverviewTellsThatJobsWaitAndNobodyTakesThem() {
        web.resque.enqueue("mail", "Send", 1);
        Document overview = web.page("/");
        assertThat(overview.select(".troubles li").eachText())
                .anyMatch(text -> text.startsWith("One job waits, and there is no worker"))
                .anyMatch(text -> text.contains("no worker takes jobs from this queue"));
        assertThat(overview.select("tbody tr").eachText()).containsExactly("mail 1");
    }

    @Test
    void aQueueShowsItsJobsPageByPage() {
        for (int i = 0; i < 60; i++) {
            web.resque.enqueue("mail", "Send", i, "to");
        }
        Document first = web.page("/queues/mail");
        assertThat(first.select("tbody tr")).hasSize(25);
        assertThat(first.select("tbody tr").first().select("code").text()).isEqualTo("[0,\"to\"]");
        assertThat(first.select(".pager span").text()).isEqualTo("1 to 25 of 60");
        assertThat(first.select(".pager a").eachAttr("href"))
                .containsExactly("../queues/mail?start=25", "../queues/mail?start=50");
        WebResponse last = web.get("/queues/mail", Map.of("start", "9999"));
        assertThat(WebFixture.body(last)).contains("51 to 60 of 60");
    }

    @Test
    void aQueueIsPausedAndResumed() {
        web.resque.enqueue("mail", "Send");
        Document paused = web.press("/queues/mail", "Pause");
        assertThat(paused.select(".notice").text()).isEqualTo("Paused mail");
        assertThat(web.resque.inspector().pausedQueues()).containsExactly("mail");
        assertThat(web.page("/queues").select("tbody").text()).isEqualTo("mail 1 paused");
        assertThat(web.press("/queues/mail", "Resume").select(".notice").text()).isEqualTo("Resumed mail");
        assertThat(web.resque.inspector().pausedQueues()).isEmpty();
    }

    @Test
    void manyJobsAreRemovedOnlyAfterASecondQuestion() {
        for (int i = 0; i < 26; i++) {
            web.resque.enqueue("mail", "Send", i);
        }
        Document question = web.press("/queues/mail", "Remove all jobs");
        assertThat(question.select("main p").text()).isEqualTo("Remove all 26 jobs of mail?");
        assertThat(web.resque.inspector().queueSize("mail")).isEqualTo(26);
        Document done = web.press("/queues/mail", question, "Remove all jobs");
        assertThat(done.select(".notice").text()).isEqualTo("Removed 26 jobs of mail");
        assertThat(web.resque.inspector().queueSize("mail")).isZero();
        assertThat(web.press("/queues/mail", "Remove queue").select(".notice").text())
                .isEqualTo("Removed the queue mail with no job");
        assertThat(web.get("/queues/mail").status()).isEqualTo(404);
    }

    @Test
    void allWorkersArePausedAndResumed() {
        assertThat(web.press("/", "Pause all workers").select(".troubles li").text())
                .startsWith("All workers are told to pause");
        assertThat(web.resque.inspector().pausedAll()).isTrue();
        assertThat(web.press("/", "Resume all workers").select(".verdict").text())
                .isEqualTo("All is well");
        assertThat(web.resque.inspector().pausedAll()).isFalse();
    }

    @Test
    void aReaderHasNoButtonAndIsRefused() {
        try (WebFixture reader = new WebFixture(Access.READ)) {
            reader.resque.enqueue("mail", "Send");
            assertThat(reader.page("/queues/mail").select("form[method=post]")).isEmpty();
            assertThat(reader.post("/queues/mail", Map.of("do", "clear")).status())
                    .isEqualTo(403);
            assertThat(reader.resque.inspector().queueSize("mail")).isEqualTo(1);
        }
    }

    @Test
    void statsAreRubysLines() {
        web.resque.enqueue("jq", "Send");
        web.resque.enqueue("jq", "Send");
        assertThat(WebFixture.body(web.get("/stats.txt")))
                .isEqualTo(
                        "resque.pending=2\nresque.processed+=0\nresque.failed+=0\nresque.workers=0\nresque.working=0\nqueues.jq=2");
        assertThat(web.get("/stats.txt").headers()).containsEntry("Content-Type", "text/plain; charset=utf-8");
    }

    @Test
    void namesOfAllKindsHaveAPage() {
        for (String name : List.of("a/b", "..", "a b", "ü☃", "50%", "~x", "a;b", "#q", "<b>")) {
            web.resque.enqueue(name, "Send");
        }
        Document queues = web.page("/queues");
        assertThat(queues.select("tbody a")).hasSize(9).allSatisfy(link -> {
            assertThat(link.attr("href")).matches("\\./queues/[\\w~.-]+");
            Document page = web.page(WebFixture.resolve("/queues", link.attr("href")));
            assertThat(page.select("h1").text()).isEqualTo(link.text());
            assertThat(page.select("tbody tr")).hasSize(1);
        });
    }

    @Test
    void oneJobIsRemovedEvenIfItHasMoved() {
        for (int i = 0; i < 5; i++) {
            web.resque.enqueue("mail", "Send", i);
        }
        Document page = web.page("/queues/mail");
        Element third = page.select("tbody tr").get(2).selectFirst("form");
        web.resque.dequeue("mail", JobMatch.of("Send").withArgs(0)); // so the third has become the second
        Map<String, String> fields = new LinkedHashMap<>();
        third.select("input").forEach(input -> fields.put(input.attr("name"), input.attr("value")));
        assertThat(web.post("/queues/mail", fields).status()).isEqualTo(303);
        assertThat(web.resque.inspector().peek("mail", 0, 9))
                .extracting(job -> job.args().get(0))
                .containsExactly(1L, 3L, 4L);
        assertThat(web.post("/queues/mail", fields).status()).as("again").isEqualTo(303);
        assertThat(web.resque.inspector().queueSize("mail")).isEqualTo(3);
    }

    @Test
    void longArgumentsAreCutAndAreAFileAsAWhole() {
        web.resque.enqueue("mail", "Send", "x".repeat(20_000) + "end");
        Document page = web.page("/queues/mail");
        assertThat(page.select("pre").text()).hasSizeLessThan(10_400).endsWith("more characters)");
        String[] whole = page.select("details a").attr("href").split("\\?");
        Map<String, String> query = new LinkedHashMap<>();
        for (String each : whole[1].split("&")) {
            query.put(each.split("=")[0], each.split("=")[1]);
        }
        WebResponse file = web.get("/queues/mail", query);
        assertThat(WebFixture.body(file)).hasSize(20_007).endsWith("end\"]");
        assertThat(file.headers())
                .containsEntry("Content-Disposition", "attachment; filename=\"arguments.txt\"")
                .containsEntry("Content-Type", "text/plain; charset=utf-8");
    }

    @Test
    void anApplicationCanHideArguments() {
        try (WebFixture hiding = new WebFixture(
                builder -> builder.arguments((job, text) -> job.jobClass().equals("Login") ? "hidden" : text))) {
            hiding.resque.enqueue("mail", "Login", "secret");
            hiding.resque.enqueue("mail", "Send", "plain");
            assertThat(hiding.page("/queues/mail").select("code").eachText()).containsExactly("hidden", "[\"plain\"]");
        }
    }

    @Test
    void formsHoldTheTokenOfSpringSecurity() {
        web.attribute("_csrf", new Token());
        assertThat(web.page("/").select("form[method=post] input[name=_tok]").eachAttr("value"))
                .isNotEmpty()
                .containsOnly("abc");
    }

    /** As Spring's, with a class that is not public. */
    private static final class Token implements NamedToken {
        @Override
        public String getParameterName() {
            return "_tok";
        }

        @Override
        public String getToken() {
            return "abc";
        }
    }

    public interface NamedToken {
        String getParameterName();

        String getToken();
    }

    @Test
    void severalInstancesStandUnderTheirNames() {
        try (Resque blog = Resque.connect("memory:");
                WebFixture two = new WebFixture(builder -> builder.add("blog", blog))) {
            assertThat(two.get("/").headers()).containsEntry("Location", "./shop/");
            assertThat(two.get("/blog").headers()).containsEntry("Location", "./blog/");
            blog.enqueue("posts", "Write");
            Document page = two.page("/blog/queues");
            assertThat(page.select("tbody tr").text()).isEqualTo("posts 1");
            assertThat(page.select(".instances a").eachAttr("href"))
                    .containsExactly("./../shop/queues", "./../blog/queues");
            assertThat(two.get(WebFixture.resolve(
                                    "/blog/queues",
                                    page.select("link[rel=stylesheet]").attr("href")))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aRunningJobIsShownWithItsWorker() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        web.resque
                .workerBuilder("mail")
                .register("Send", () -> context -> {
                    running.countDown();
                    end.await();
                })
                .start();
        web.resque.enqueue("mail", "Send", 7);
        try {
            assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(web.page("/working").select("tbody tr").text())
                    .matches("Send \\[7] mail \\d+ s \\S+:mail working Java");
            Element worker = web.page("/workers").selectFirst("tbody a");
            assertThat(web.page(WebFixture.resolve("/workers", worker.attr("href")))
                            .select("dd")
                            .eachText())
                    .contains("working", "Java", "mail", "Send", "[7]");
        } finally {
            end.countDown();
        }
    }

    @Test
    void theLogTellsWhoHasDoneWhat() {
        Logger logger = (Logger) LoggerFactory.getLogger(ResqueWeb.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
        try {
            web.resque.enqueue("mail", "Send");
            web.press("/queues/mail", "Remove all jobs");
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("anna of 10.0.0.7 on shop/queues/mail: Removed one job of mail");
    }

    @Test
    void aRedisThatDoesNotAnswerIsTold() {
        web.resque.close();
        WebResponse response = web.get("/queues");
        assertThat(response.status()).isEqualTo(503);
        assertThat(Jsoup.parse(WebFixture.body(response)).select(".trouble").text())
                .startsWith("Redis does not answer: ");
    }

    @Test
    void styleAndScriptsAreSmall() {
        Document page = web.page("/");
        String style = page.select("link[rel=stylesheet]").attr("href").substring(1);
        assertThat(web.get(style).body()).hasSizeBetween(1_000, 15_000);
        for (String script : page.select("script").eachAttr("src")) {
            assertThat(web.get(script.substring(1)).body()).hasSizeBetween(1_000, 3_072);
        }
    }

    @Test
    void onlyAPageThatWasLookedAtIsRenewed() {
        for (int i = 0; i < 26; i++) {
            web.resque.enqueue("mail", "Send", i);
        }
        Document page = web.page("/queues/mail");
        assertThat(page.select("main[data-live]")).hasSize(1);
        WebResponse script =
                web.get(WebFixture.resolve("/queues/mail", page.select("script").attr("src")));
        assertThat(script.headers()).containsEntry("Content-Type", "text/javascript; charset=utf-8");
        Document question = web.press("/queues/mail", "Remove all jobs");
        assertThat(question.select("main")).hasSize(1);
        assertThat(question.select("main[data-live]")).isEmpty();
    }
}
