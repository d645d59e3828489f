package io.resque.web.internal.pages;

import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * A worker in a table.
 *
 * @param state such as idle, working or dead
 * @param beat how old the heartbeat is; a dash if there is none
 * @param language the language of its library, as far as the worker's record shows it
 * @param job what it runs; empty while it is idle
 * @param since how long it has run that
 * @param at when it began that
 */
record WorkerRow(
        String id,
        String address,
        String host,
        String pid,
        String queues,
        String state,
        String css,
        String beat,
        String language,
        String job,
        String queue,
        String arguments,
        String since,
        String at,
        long processed,
        long failed) {
    static WorkerRow of(Visit visit, WorkerInfo worker, Instant now) {
        boolean dead = worker.life() == WorkerInfo.Life.DEAD;
        String state = dead ? "dead" : worker.state().name().toLowerCase(Locale.ROOT);
        return new WorkerRow(
                worker.id(),
                visit.link("workers", worker.id()),
                worker.host(),
                worker.pid(),
                String.join(", ", worker.queues()),
                visit.text("state." + state),
                state,
                worker.silence().map(visit.texts::duration).orElse("–"),
                Visit.name(worker.language()),
                worker.job().map(job -> visit.name(job)).orElse(""),
                worker.job().map(QueuedJob::queue).orElse(""),
                worker.job().map(visit::arguments).map(Visit::brief).orElse(""),
                worker.runAt()
                        .map(since -> visit.texts.duration(Duration.between(since, now)))
                        .orElse(""),
                worker.runAt().map(Instant::toString).orElse(""),
                worker.processed(),
                worker.failed());
    }
}
