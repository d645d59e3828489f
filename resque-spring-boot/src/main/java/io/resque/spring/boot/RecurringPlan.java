package io.resque.spring.boot;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Writes the recurring jobs of annotations and properties at the start; while Redis is away, tries again in a thread. */
final class RecurringPlan implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(RecurringPlan.class);
    private static final long SECONDS_BETWEEN_TRIES = 2;

    private final Resque resque;
    private final Supplier<List<Entry>> all;
    private List<Entry> entries = List.of();
    private @Nullable CountDownLatch stop;

    /** One recurring job. */
    record Entry(String name, Schedule schedule, String queue, String job, List<Object> args) {}

    RecurringPlan(Resque resque, Supplier<List<Entry>> all) {
        this.resque = resque;
        this.all = all;
    }

    static List<Entry> entries(Map<String, ResqueProperties.Recurring> properties) {
        List<Entry> entries = new ArrayList<>();
        properties.forEach((name, each) -> {
            String place = "resque.recurring." + name;
            if (each.queue() == null || each.job() == null) {
                throw new ConfigurationException(place + " needs the properties queue and job, such as " + place
                        + ".queue=low and " + place + ".job=Cleanup");
            }
            Schedule schedule = schedule(text(each.cron()), text(each.zone()), text(each.every()), place);
            entries.add(new Entry(name, schedule, each.queue(), each.job(), each.args()));
        });
        return entries;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    static Schedule schedule(String cron, String zone, String every, String place) {
        if (cron.isEmpty() == every.isEmpty()) {
            throw new ConfigurationException(place
                    + " needs either cron or every, such as cron = \"30 2 * * * Europe/Berlin\" or every = \"15m\"");
        }
        try {
            if (!every.isEmpty()) {
                return Schedule.every(every);
            }
            return zone.isEmpty() ? Schedule.cron(cron) : Schedule.cron(cron, ZoneId.of(zone));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new ConfigurationException(place + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void start() {
        CountDownLatch stopped = new CountDownLatch(1);
        entries = all.get();
        boolean isDone = isWritten();
        stop = stopped;
        if (!isDone) {
            Thread thread = new Thread(null, () -> keepTrying(stopped), "resque-recurring", 0, false);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void keepTrying(CountDownLatch stopped) {
        try {
            while (!stopped.await(SECONDS_BETWEEN_TRIES, TimeUnit.SECONDS)) {
                if (isWritten()) {
                    LOG.info("The {} recurring jobs of this application are written", entries.size());
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws what no later try can mend. */
    private boolean isWritten() {
        try {
            for (Entry entry : entries) {
                resque.schedules()
                        .put(
                                entry.name(),
                                entry.schedule(),
                                entry.queue(),
                                entry.job(),
                                entry.args().toArray());
            }
            return true;
        } catch (BackendException e) {
            LOG.warn("The recurring jobs of this application are not written yet: {}", e.getMessage());
            return false;
        }
    }

    @Override
    public synchronized void stop() {
        if (stop != null) {
            stop.countDown();
            stop = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return stop != null;
    }
}
