package io.resque.web.internal.pages;

import io.resque.api.MadeTick;
import io.resque.api.RecurringJob;
import io.resque.core.RecurringJobs;
import io.resque.web.internal.http.WebResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One recurring job. */
final class RecurringPage implements Page {
    private static final String TRIGGER = "trigger";
    private static final String PAUSE = "pause";
    private static final String RESUME = "resume";
    private static final String REMOVE = "remove-recurring";

    @Override
    public WebResponse show(Visit visit) {
        RecurringJob job = visit.resque().schedules().find(visit.names.get(0)).orElseThrow(NoSuchPage::new);
        List<Button> buttons = Stream.of(
                        visit.button(Rights.ALL, TRIGGER, false, Map.of()),
                        visit.button(Rights.ALL, job.isPaused() ? RESUME : PAUSE, false, Map.of()),
                        visit.button(Rights.ALL, REMOVE, true, Map.of()))
                .flatMap(Optional::stream)
                .toList();
        RecurringView view = new RecurringView(
                RecurringRow.of(visit, job, Instant.now()),
                job.misfire().name().toLowerCase(Locale.ROOT),
                buttons,
                visit.resque().schedules().ticks(job.name()).stream()
                        .map(tick -> tick(visit, job, tick))
                        .toList());
        Frame frame = visit.frame(job.name());
        return visit.page((output, none) -> JterecurringGenerated.render(output, none, frame, view));
    }

    private static RecurringView.Tick tick(Visit visit, RecurringJob job, MadeTick tick) {
        Duration late = Duration.between(tick.at(), tick.madeAt());
        return new RecurringView.Tick(
                RecurringRow.local(tick.at(), job),
                RecurringRow.local(tick.madeAt(), job),
                late.toSeconds() > 0 ? visit.texts.duration(late) : "",
                visit.text(tick.isEnqueued() ? "schedule.enqueued" : "schedule.not-enqueued"),
                tick.isEnqueued() ? "fine" : "");
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(TRIGGER, List.of(), PAUSE, List.of(), RESUME, List.of(), REMOVE, List.of());
    }

    @Override
    public WebResponse act(Visit visit) {
        RecurringJobs jobs = visit.resque().schedules();
        String name = visit.names.get(0);
        if (jobs.find(name).isEmpty()) {
            throw new NoSuchPage();
        }
        return switch (visit.action()) {
            case TRIGGER -> visit.done(jobs.trigger(name), "done.trigger", "done.trigger-not", name);
            case PAUSE -> {
                jobs.pause(name);
                yield visit.done(1, "done.pause", name);
            }
            case RESUME -> visit.done(jobs.resume(name), "done.resume", "done.resume-before", name);
            case REMOVE -> {
                jobs.remove(name);
                yield visit.doneAt(visit.link(SchedulePage.NAME), 1, "done.remove-recurring", name);
            }
            default -> throw new NoSuchPage();
        };
    }
}
