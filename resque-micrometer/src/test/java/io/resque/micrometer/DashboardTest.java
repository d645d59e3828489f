package io.resque.micrometer;

import static io.resque.micrometer.MetricsFixture.repeat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.resque.api.JobSpec;
import io.resque.core.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The dashboard, the alert rules and the page name what Prometheus really gets. */
@Timeout(120)
@SuppressWarnings("try") // some are only to be closed
class DashboardTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Pattern METRIC = Pattern.compile("\\bresque_\\w+");
    private static final Pattern SELECTOR = Pattern.compile("\\b(resque_\\w+)\\{([^}]*)\\}");
    private static final Pattern LABEL = Pattern.compile("(\\w+)\\s*(=~|!=|=)\\s*\"([^\"]*)\"");

    private final MetricsFixture fixture = new MetricsFixture();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private String scraped = "";

    @AfterEach
    void close() {
        registry.close();
        fixture.close();
    }

    /** Each meter is there once its job or queue is. */
    @BeforeEach
    void scrape() throws Exception {
        CountDownLatch ends = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(1);
        try (ResqueMetrics metrics = ResqueMetrics.builder(fixture.resque)
                .tags(Tags.of("application", "shop"))
                .fleet(true)
                .histograms(true)
                .build()) {
            metrics.bindTo(registry);
            fixture.push("failing", repeat(1, "{\"class\":\"Failing\",\"args\":[]}"));
            fixture.resque.workerBuilder("failing").module(new MetricsJobs()).drain();
            fixture.resque.enqueueTracked("q", JobSpec.of("Slow"));
            try (Worker worker = fixture.resque
                    .workerBuilder("q")
                    .register("Slow", () -> context -> {
                        runs.countDown();
                        ends.await();
                    })
                    .start()) {
                runs.await();
                scraped = registry.scrape(); // looks at Redis, and finds the queues
                scraped = registry.scrape();
                ends.countDown();
            }
            await().until(() -> registry.scrape().contains("resque_job_wait_seconds_count"));
            scraped += registry.scrape();
        }
    }

    private Set<String> exported() {
        Set<String> names = new TreeSet<>();
        scraped.lines()
                .filter(line -> line.startsWith("resque_"))
                .forEach(line -> names.add(line.replaceFirst("[{ ].*", "")));
        return names;
    }

    private Set<String> labels(String metric) {
        Set<String> labels = new TreeSet<>();
        scraped.lines().filter(line -> line.startsWith(metric + "{")).forEach(line -> {
            Matcher label = LABEL.matcher(line);
            while (label.find()) {
                labels.add(label.group(1));
            }
        });
        return labels;
    }

    private void assertIsExported(List<String> expressions) {
        Set<String> exported = exported();
        for (String expression : expressions) {
            Matcher metric = METRIC.matcher(expression);
            while (metric.find()) {
                assertThat(exported).as(expression).contains(metric.group());
            }
            Matcher selector = SELECTOR.matcher(expression);
            while (selector.find()) {
                Matcher label = LABEL.matcher(selector.group(2));
                while (label.find()) {
                    assertThat(labels(selector.group(1))).as(expression).contains(label.group(1));
                }
            }
        }
    }

    @Test
    void theDashboardNamesExportedMetrics() throws Exception {
        JsonObject dashboard = JsonParser.parseString(Files.readString(DOCS.resolve("metrics/dashboard.json")))
                .getAsJsonObject();
        List<String> expressions = new ArrayList<>();
        for (JsonElement panel : dashboard.getAsJsonArray("panels")) {
            for (JsonElement target : panel.getAsJsonObject().getAsJsonArray("targets")) {
                expressions.add(target.getAsJsonObject().get("expr").getAsString());
            }
        }
        assertThat(expressions).hasSizeGreaterThan(20);
        assertIsExported(expressions);
    }

    @Test
    void theAlertsNameExportedMetrics() throws Exception {
        Map<?, ?> file = (Map<?, ?>) new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(DOCS.resolve("metrics/alerts.yml")));
        List<String> expressions = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Object group : (List<?>) file.get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                expressions.add((String) ((Map<?, ?>) rule).get("expr"));
                names.add((String) ((Map<?, ?>) rule).get("alert"));
                assertThat((Map<?, ?>) ((Map<?, ?>) rule).get("annotations")).hasSize(2);
            }
        }
        assertThat(names)
                .contains("ResqueQueueLags", "ResqueWorkersDied", "ResqueDelayedJobsAreLate", "ResqueLocksConflict")
                .doesNotHaveDuplicates();
        assertIsExported(expressions);
    }

    /** Each meter has a row in the first table, and nothing else has one. */
    @Test
    void thePageNamesEachMeter() throws Exception {
        String page = Files.readString(DOCS.resolve("metrics.md"));
        Set<String> rows = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| `(resque\\.[a-z.]+)` \\| [^|]* \\| `(resque_\\w+)`")
                .matcher(page);
        while (row.find()) {
            rows.add(row.group(1));
            assertThat(exported()).contains(row.group(2));
        }
        Set<String> families = new TreeSet<>();
        Matcher family = Pattern.compile("(?m)^# TYPE (resque_\\w+)").matcher(scraped);
        while (family.find()) {
            families.add(family.group(1).replaceFirst("(_seconds|_total)*(_max)?$", ""));
        }
        assertThat(rows.stream().map(name -> name.replace('.', '_'))).containsExactlyElementsOf(families);
    }
}
