package io.resque.wrong.memory;

import static io.resque.wrong.memory.Wrong.port;
import static io.resque.wrong.memory.Wrong.proxy;
import static io.resque.wrong.memory.Wrong.session;

import io.resque.api.spi.Effect;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Memory backends that are wrong with limits, in rules that hold without keys. */
final class WrongLimitMemories {
    private static final Limits.Answer TAKEN = new Limits.Answer(Limits.State.TAKEN, 0);

    private WrongLimitMemories() {}

    private static Wrong takes(String name, String rule, Wrong.SessionAround around) {
        return session(name, rule, "takeSlots", around);
    }

    private static Wrong limits(String name, String rule, String method, Wrong.Around<Limits> around) {
        return Wrong.backend(
                name,
                rule,
                "limits",
                (backend, real, none) -> backend.limits().map(limits -> proxy(Limits.class, limits, method, around)));
    }

    private static Settlement without(Object settlement) {
        Settlement told = (Settlement) settlement;
        return new Settlement(
                told.job(),
                told.effects().stream()
                        .filter(effect -> !(effect instanceof Effect.FreeSlot))
                        .toList());
    }

    @SuppressWarnings("unchecked") // of the arguments of a port
    private static List<Limits.Slot> slots(Object argument) {
        return (List<Limits.Slot>) argument;
    }

    static List<Wrong> all() {
        return List.of(
                takes("lets every job run", "W-791", (backend, session, real, args) -> TAKEN),
                takes("keeps a job that must wait", "W-791", (backend, session, real, args) -> {
                    Limits.Answer answer = (Limits.Answer) real.call(args);
                    ReservedJob job = (ReservedJob) args[0];
                    if (answer.state() == Limits.State.WAITS) {
                        backend.queues().push(new Push(job.queue(), List.of(job.payload()), List.of()));
                    }
                    return answer;
                }),
                limits("shows the jobs that wait in the wrong order", "W-791", "range", (limits, real, args) -> {
                    List<?> jobs = new ArrayList<>((List<?>) real.call(args));
                    Collections.reverse(jobs);
                    return jobs;
                }),
                session(
                        "an end frees no slot",
                        "W-792",
                        "settle",
                        (backend, session, real, args) -> real.call(without(args[0]))),
                session(
                        "a step with the next job frees no slot",
                        "W-792",
                        "settleAndReserve",
                        (backend, session, real, args) -> real.call(without(args[0]), args[1])),
                port(
                        "renews no slot",
                        "W-793",
                        Workers.class,
                        "workers",
                        "heartbeat",
                        (backend, real, args) -> ((Collection<?>) args[0]).isEmpty() ? real.call(args) : Set.of()),
                limits("sends nothing back", "W-793", "sendBack", (limits, real, args) -> true),
                takes(
                        "slots that last for ever",
                        "W-793",
                        (backend, session, real, args) -> real.call(args[0], args[1], Duration.ofDays(1))),
                takes("equal jobs wait for each other", "W-794", (backend, session, real, args) -> {
                    ReservedJob job = (ReservedJob) args[0];
                    boolean isEqual = job.payload().text().contains("[7]");
                    Limits.Slot first = slots(args[1]).get(0);
                    return real.call(
                            job, isEqual ? List.of(new Limits.Slot(first.limit(), 1, null)) : args[1], args[2]);
                }),
                takes(
                        "looks at one limit only",
                        "W-795",
                        (backend, session, real, args) ->
                                real.call(args[0], slots(args[1]).subList(0, 1), args[2])),
                takes("a lost session gets a slot", "W-795", (backend, session, real, args) -> {
                    Limits.Answer answer = (Limits.Answer) real.call(args);
                    return answer.state() == Limits.State.LOST ? TAKEN : answer;
                }),
                takes("a rate without a limit", "W-796", (backend, session, real, args) -> {
                    Limits.Answer answer = (Limits.Answer) real.call(args);
                    return answer.state() == Limits.State.TOO_EARLY ? TAKEN : answer;
                }),
                takes("every turn is the next second", "W-796", (backend, session, real, args) -> {
                    Limits.Answer answer = (Limits.Answer) real.call(args);
                    return answer.state() == Limits.State.TOO_EARLY
                            ? new Limits.Answer(
                                    answer.state(),
                                    backend.workers()
                                                    .inspect(List.of(session.id()))
                                                    .get(0)
                                                    .readAt()
                                                    .getEpochSecond()
                                            + 1)
                            : answer;
                }),
                limits(
                        "removes nothing",
                        "W-798",
                        "removeAll",
                        (limits, real, args) -> Collections.nCopies(((List<?>) args[1]).size(), 0L)),
                limits(
                        "shows other bytes",
                        "W-798",
                        "range",
                        (limits, real, args) -> ((List<?>) real.call(args))
                                .stream()
                                        .map(job -> (Limits.WaitingJob) job)
                                        .map(job -> new Limits.WaitingJob(
                                                job.queue(),
                                                Payload.ofText(job.payload().text() + " ")))
                                        .toList()));
    }
}
