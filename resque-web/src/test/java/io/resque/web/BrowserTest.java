package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.HostileRecords;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pages in Chromium: what they show of all languages, what their buttons change, and what hostile texts cannot do. */
@Timeout(120)
class BrowserTest {
    /** A failure of a Rails job that has used up its attempts. */
    private static final String USED_UP = "{\"failed_at\":\"2026/11/30 10:00:00 UTC\",\"payload\":{\"class\":"
            + "\"ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper\",\"args\":[{\"job_class\":\"RenewJob\",\"job_id\":\"0d1c\","
            + "\"queue_name\":\"rails\",\"arguments\":[],\"executions\":5,\"exception_executions\":{\"[AppError]\":5}}]},"
            + "\"exception\":\"AppError\",\"error\":\"no\",\"backtrace\":[],\"worker\":\"host:1:rails\",\"queue\":\"rails\"}";

    private static final List<String> PAGES = List.of(
            "",
            "queues",
            "working",
            "workers",
            "failed",
            "delayed",
            "retries",
            "schedule",
            "status",
            "locks",
            "server");

    private static @Nullable Chromium browser;

    private final RedisServer server = RedisServer.forTests();
    private final String namespace = server.newNamespace();
    private final RespClient redis = server.client();
    private final Resque resque = Resque.builder()
            .url(server.url() + "?timeout=20s")
            .namespace(namespace)
            .backend("jedis")
            .serializer("gson")
            .build();
    private final ResqueWebServer web =
            ResqueWeb.builder().add("shop", resque).access(Access.ALL).build().start("127.0.0.1", 0);
    private final Properties texts = new Properties();
    private final Set<String> pressed = new TreeSet<>();

    @BeforeAll
    static void start() {
        browser = Chromium.start().orElse(null);
        if (browser == null) {
            System.out.println("SKIPPED BrowserTest: chromium and chromedriver are not both on the PATH");
        }
        assumeTrue(browser != null);
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void plain() throws IOException {
        try (InputStream file =
                ResqueWeb.class.getResourceAsStream("/io/resque/web/internal/pages/messages_en.properties")) {
            texts.load(file);
        }
        browser.dark(false);
        browser.size(1280, 900, false);
        browser.console();
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.open("about:blank"); // the page would go on asking for news
        }
        web.close();
        resque.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    private String key(String name) {
        return namespace + ":" + name;
    }

    private String address(String path) {
        return "http://127.0.0.1:" + web.address().getPort() + "/" + path;
    }

    private void open(String path) {
        browser.open(address(path));
    }

    private String first(String path, String selector) {
        open(path);
        return ((String) browser.run("return document.querySelector(arguments[0]).href", selector))
                .substring(address("").length());
    }

    @Test
    void eachPageShowsAllLanguagesAndIsAccessible() {
        CountDownLatch end = new CountDownLatch(1);
        try (Worker worker = ShopRecords.limited(resque, end)) {
            // As if another process looked for dead workers: nobody removes the one whose page is looked at.
            redis.call("SET", key("pruning_dead_workers_in_progress"), "another", "EX", 3_600);
            String token = new ShopRecords(redis, namespace).write(resque);
            List<String> wrong = new ArrayList<>();
            List<String> pages = new ArrayList<>(PAGES);
            pages.addAll(List.of(
                    "queues/mail",
                    "failed?groups=yes",
                    "status/" + token,
                    "status/none",
                    first("failed", "form.chosen tbody a"),
                    first("workers", "tbody a"),
                    first("delayed", "tbody a"),
                    first("schedule", "tbody a"),
                    first("locks", "tbody a")));
            for (String page : pages) {
                browser.dark(false);
                browser.size(1280, 900, false);
                open(page);
                browser.accessibility().forEach(each -> wrong.add(page + ": " + each));
                fits(page, 1280, wrong);
                browser.dark(true);
                browser.size(390, 844, true);
                browser.accessibility().forEach(each -> wrong.add(page + " in the dark on a phone: " + each));
                fits(page, 390, wrong);
            }
            assertThat(wrong).isEmpty();
            browser.size(1280, 900, false);
            open("working");
            assertThat(browser.texts("tbody tr"))
                    .anyMatch(row -> row.contains("InvoiceMailer") && row.contains("Ruby"))
                    .anyMatch(row -> row.contains("Thumbnail") && row.contains("PHP"))
                    .anyMatch(row -> row.contains("reindex") && row.contains("Node.js"))
                    .anyMatch(row -> row.contains("Push") && row.contains("Java"));
            open("failed");
            assertThat(browser.texts("form.chosen tbody tr"))
                    .anyMatch(row -> row.contains("Net::ReadTimeout"))
                    .anyMatch(row -> row.contains("cannot read /media/x.jpg – no such file"))
                    .anyMatch(row -> row.contains("TypeError"))
                    .anyMatch(row -> row.contains("java.lang.IllegalStateException"));
            assertThat(worker.redisError()).isEmpty();
            assertThat(browser.console()).isEmpty();
            end.countDown();
        }
    }

    /** Also for a language that is written from right to left, though no file has one yet. */
    private static void fits(String page, long width, List<String> wrong) {
        for (String direction : List.of("rtl", "ltr")) {
            Object seen = browser.run(
                    "document.documentElement.dir = arguments[0]; return document.documentElement.scrollWidth",
                    direction);
            if (!Long.valueOf(width).equals(seen)) {
                wrong.add(page + " is " + seen + " and not " + width + " wide, " + direction);
            }
        }
    }

    @Test
    void noHostileTextRuns() {
        HostileRecords.write(redis, namespace);
        Set<String> seen = new LinkedHashSet<>(List.of(address(""), address("queues?find=%3Cscript%3E")));
        Deque<String> next = new ArrayDeque<>(seen);
        while (!next.isEmpty()) {
            String page = next.remove();
            browser.open(page);
            assertThat(browser.run("return 'pwned' in window || !document.querySelector('main')"))
                    .as(page)
                    .isEqualTo(false);
            browser.links().stream()
                    .map(link -> link.replaceFirst("#.*", ""))
                    .filter(link -> !link.matches(".*[?&](raw|digest)=.*")) // a file
                    .filter(seen::add)
                    .forEach(next::add);
        }
        assertThat(seen).hasSizeGreaterThan(20).allMatch(link -> link.startsWith(address("")));
        assertThat(browser.console()).noneMatch(line -> !line.contains("404") || line.contains("Policy"));
        browser.run("const script = document.createElement('script');"
                + "script.textContent = 'window.pwned = 1'; document.body.append(script)");
        assertThat(browser.run("return 'pwned' in window"))
                .as("also a script that got in does not run")
                .isEqualTo(false);
        assertThat(browser.console()).anyMatch(line -> line.contains("Content Security Policy"));
        System.out.printf("Hostile texts on %d pages in Chromium%n", seen.size());
    }

    private void press(String path, String button) {
        open(path);
        pressHere(button);
    }

    private void pressHere(String button) {
        boolean chosen = !browser.texts("form.chosen tbody input").isEmpty();
        if (chosen && !button.endsWith("-all")) {
            browser.click("form.chosen tbody input");
        }
        String text = texts.getProperty("button." + button);
        browser.press(text);
        if (browser.text("h1").equals(texts.getProperty("confirm.title"))) {
            browser.press(text);
        }
        if (!button.equals("look")) {
            assertThat(browser.texts(".notice"))
                    .as("%s on %s: %s", button, browser.address(), browser.text("main"))
                    .hasSize(1);
        }
        pressed.add(button);
    }

    @Test
    void eachButtonChangesRedis() {
        String token = new ShopRecords(redis, namespace).write(resque);

        press("", "pause-all");
        assertThat(redis.text("GET", key("pause-all-workers"))).isEqualTo("true");
        press("", "resume-all");
        assertThat(redis.text("GET", key("pause-all-workers"))).isNull();

        press("queues/mail", "pause");
        assertThat(redis.text("GET", key("java:paused-queues"))).isEqualTo("mail\n");
        press("queues/mail", "resume");
        assertThat(redis.text("GET", key("java:paused-queues"))).isNull();
        String head = redis.text("LINDEX", key("queue:mail"), 0);
        press("queues/mail", "remove-job");
        assertThat(redis.texts("LRANGE", key("queue:mail"), 0, -1)).hasSize(40).doesNotContain(head);
        press("queues/mail", "clear");
        assertThat(redis.number("LLEN", key("queue:mail"))).isZero();
        press("queues/images", "remove-queue");
        assertThat(redis.number("SISMEMBER", key("queues"), "images")).isZero();

        press("workers", "prune");
        assertThat(redis.number("SISMEMBER", key("workers"), ShopRecords.DEAD_WORKER))
                .isZero();
        press("workers/" + ShopRecords.UNKNOWN_WORKER, "remove-worker");
        assertThat(redis.number("SISMEMBER", key("workers"), ShopRecords.UNKNOWN_WORKER))
                .isZero();
        press("server", "look");

        failures();
        delayed();

        String nightly = "schedule/nightly~20report";
        long before = redis.number("LLEN", key("queue:billing"));
        press(nightly, "trigger");
        assertThat(redis.number("LLEN", key("queue:billing"))).isEqualTo(before + 1);
        press(nightly, "pause");
        assertThat(redis.number("SISMEMBER", key("java:paused_schedules"), "nightly report"))
                .isEqualTo(1);
        press(nightly, "resume");
        assertThat(redis.number("SISMEMBER", key("java:paused_schedules"), "nightly report"))
                .isZero();
        press(nightly, "remove-recurring");
        assertThat(redis.number("HEXISTS", key("persistent_schedules"), "nightly report"))
                .isZero();

        press("status/" + token, "stop-tracking");
        assertThat(redis.number("EXISTS", key("job:" + token + ":status"))).isZero();
        assertThat(redis.keys(key("java:lock:*"))).hasSize(1);
        press("locks", "free-lock");
        assertThat(redis.keys(key("java:lock:*"))).isEmpty();

        assertThat(pressed)
                .isEqualTo(texts.stringPropertyNames().stream()
                        .filter(name -> name.startsWith("button."))
                        .map(name -> name.substring("button.".length()))
                        .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(browser.console()).isEmpty();
    }

    private void failures() {
        long records = redis.number("LLEN", key("failed"));
        long jobs = redis.number("LLEN", key("queue:billing"));
        press("failed?class=Charge", "retry");
        assertThat(redis.number("LLEN", key("queue:billing"))).isEqualTo(jobs + 1);
        assertThat(redis.number("LLEN", key("failed"))).isEqualTo(records);
        press("failed?class=Charge", "retry-and-remove");
        assertThat(redis.number("LLEN", key("queue:billing"))).isEqualTo(jobs + 2);
        assertThat(redis.number("LLEN", key("failed"))).isEqualTo(records - 1);
        press(first("failed?class=reindex", "form.chosen tbody a"), "remove-failure");
        assertThat(redis.texts("LRANGE", key("failed"), 0, -1)).noneMatch(record -> record.contains("TypeError"));
        press("failed?class=Thumbnail", "retry-all");
        assertThat(redis.texts("LRANGE", key("queue:images"), 0, -1))
                .hasSize(3)
                .containsOnly("{\"class\":\"Thumbnail\",\"args\":[{\"path\":\"/media/x.jpg\"}]}");
        press("failed?class=Thumbnail", "retry-and-remove-all");
        assertThat(redis.number("LLEN", key("queue:images"))).isEqualTo(6);
        redis.call("RPUSH", key("failed"), USED_UP);
        press(first("failed?class=RenewJob", "form.chosen tbody a"), "retry-anew");
        assertThat(redis.texts("LRANGE", key("queue:rails"), 0, -1))
                .singleElement()
                .asString()
                .contains("\"job_id\":\"0d1c\"", "\"executions\":0,\"exception_executions\":{}");
        press("failed", "remove-all");
        assertThat(redis.number("LLEN", key("failed"))).isZero();
    }

    private void delayed() {
        press("delayed?class=ReminderJob", "enqueue-now");
        assertThat(redis.texts("LRANGE", key("queue:mail"), 0, -1))
                .containsExactly("{\"class\":\"ReminderJob\",\"args\":[17]}");
        press("delayed?class=reindex", "cancel");
        assertThat(redis.keys(key("timestamps:*reindex*"))).isEmpty();
        String one = first("delayed?class=SendReminder", "form.chosen tbody a");
        open(one);
        Instant due = Instant.now().plus(Duration.ofDays(3)).truncatedTo(ChronoUnit.MINUTES);
        browser.fill("main input[name=to]", due.toString().replace(":00Z", ""));
        pressHere("reschedule");
        assertThat(redis.number("LLEN", key("delayed:" + due.getEpochSecond()))).isEqualTo(1);
        String all = "delayed?from=2020-01-01T00:00";
        open(all);
        browser.fill("input[name=to][required]", due.toString().replace(":00Z", ""));
        pressHere("reschedule-all");
        assertThat(redis.number("LLEN", key("delayed:" + due.getEpochSecond()))).isEqualTo(12);
        assertThat(redis.number("ZCARD", key("delayed_queue_schedule"))).isEqualTo(1);
        press("delayed?text=2003", "enqueue-now-all");
        assertThat(redis.texts("LRANGE", key("delayed:" + due.getEpochSecond()), 0, -1))
                .hasSize(11)
                .noneMatch(item -> item.contains("2003"));
        press(all, "cancel-all");
        assertThat(redis.number("ZCARD", key("delayed_queue_schedule"))).isZero();
    }

    @Test
    void scriptsAddLiveNumbersKeysAndAChoiceOfColours() {
        resque.enqueue("mail", "Send", 1);
        open("");
        browser.run("window.here = true");
        assertThat(browser.text(".figures dd")).isEqualTo("1");
        redis.call("RPUSH", key("queue:mail"), "{\"class\":\"InvoiceMailer\",\"args\":[2]}");
        await().until(() -> browser.text(".figures dd").equals("2"));
        assertThat(browser.run("return window.here"))
                .as("without loading the page")
                .isEqualTo(true);

        browser.type("gf");
        await().until(() -> browser.address().endsWith("/failed"));
        browser.type("/");
        assertThat(browser.run("return document.activeElement.name")).isEqualTo("text");
        browser.type("gq?");
        assertThat(browser.run("return document.activeElement.value")).isEqualTo("gq?");
        browser.run("document.activeElement.blur()");
        browser.type("?");
        assertThat(browser.texts("#keys dd")).contains("To the search", "Failures", "Recurring");
        assertThat(browser.accessibility()).isEmpty();
        browser.click("#keys-on");
        browser.click("#keys form button");
        browser.type("?");
        assertThat(browser.run("return document.getElementById('keys').open"))
                .as("keys can be switched off")
                .isEqualTo(false);

        String colour = "return getComputedStyle(document.body).backgroundColor";
        Object light = browser.run(colour);
        browser.click("#theme");
        Object dark = browser.run(colour);
        assertThat(dark).isNotEqualTo(light);
        open("");
        assertThat(browser.run(colour)).as("the browser keeps it").isEqualTo(dark);
        browser.click("#theme");
        assertThat(browser.run(colour)).isEqualTo(light);
        assertThat(browser.console()).isEmpty();

        web.close();
        assertThat(browser.text("#lost")).isEmpty();
        await().until(() -> browser.text("#lost").startsWith("The server does not answer"));
    }

    private void picture(Path folder, String name) throws IOException {
        byte[] picture = browser.picture();
        assertThat(picture).as(name).hasSizeLessThan(100_000);
        Files.write(folder.resolve(name + ".png"), picture);
    }

    /** The pictures of docs/web.md. */
    @Test
    void pictures() throws IOException {
        String property = System.getProperty("resque.screenshots");
        if (property == null) {
            System.out.println("SKIPPED BrowserTest.pictures: -Dresque.screenshots=FOLDER makes them");
        }
        assumeTrue(property != null);
        Path folder = Files.createDirectories(Path.of(property));
        CountDownLatch end = new CountDownLatch(1);
        try (Worker worker = ShopRecords.limited(resque, end)) {
            new ShopRecords(redis, namespace).write(resque);
            browser.size(1200, 640, false);
            open("");
            picture(folder, "overview");
            open("queues/mail");
            picture(folder, "queue");
            open("failed");
            picture(folder, "failures");
            String failure = first("failed?class=InvoiceMailer", "form.chosen tbody a");
            browser.dark(true);
            open("");
            picture(folder, "overview-dark");
            open(failure);
            picture(folder, "failure-dark");
            open("delayed");
            picture(folder, "delayed-dark");
            browser.size(390, 700, true);
            open("failed");
            picture(folder, "phone-dark");
            browser.dark(false);
            open("");
            picture(folder, "phone");
            assertThat(worker.redisError()).isEmpty();
            end.countDown();
        }
    }
}
