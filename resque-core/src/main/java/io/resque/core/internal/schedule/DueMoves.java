package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.MalformedPayloadException;
import io.resque.api.ResqueListener;
import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.failure.RubyRetries;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.OversizePayload;
import io.resque.core.internal.wire.PayloadReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of each due item, and acts once that is in Redis. Thread-safe. */
public final class DueMoves {
    /** How long an item is put off that can neither go onto its queue nor be recorded. */
    static final Duration PUT_OFF = Duration.ofMinutes(1);

    /** What a failure record has in the place of a queue that is not known. */
    private static final String UNKNOWN = "unknown";

    private final String scheduler;
    private final PayloadReader reader;
    private final FailureLog failures;
    private final StatusUpdates statuses;
    private final RubyRetries ruby;
    private final Supplier<ListenerChain> events;
    private final long largest;

    /**
     * For one scheduler.
     *
     * @param scheduler what failure records name as their worker
     * @param events tells who hears of moves
     * @param largest the largest item that is read, in bytes
     */
    public DueMoves(
            String scheduler,
            PayloadReader reader,
            FailureLog failures,
            StatusUpdates statuses,
            RubyRetries ruby,
            Supplier<ListenerChain> events,
            long largest) {
        this.scheduler = scheduler;
        this.reader = reader;
        this.failures = failures;
        this.statuses = statuses;
        this.ruby = ruby;
        this.events = events;
        this.largest = largest;
    }

    /** Who hears of moves, at this moment. */
    List<ResqueListener> listeners() {
        return events.get().all();
    }

    /** The largest item that is read, in bytes. */
    long largest() {
        return largest;
    }

    /**
     * What becomes of an item.
     *
     * @param status the end of its status, if its job ends by that
     * @param failure why its job ends as a failure; null if it does not
     * @param events what listeners have heard of it; null if nobody has
     */
    record Decision(
            DelayedMove move,
            @Nullable StatusChange status,
            JobOutcome.@Nullable Failed failure,
            @Nullable MoveEvents events) {
        /** Whether a listener has vetoed the job. */
        boolean isVeto() {
            return move.target() == null && failure == null;
        }
    }

    /**
     * The job of an item goes onto its queue, if no listener vetoes it. An item that is no job becomes a failure, and so does one at which
     * a listener throws something else.
     */
    Decision decide(DelayedItem due, List<ResqueListener> listeners) {
        ReadItem read = ItemScanner.read(due.item());
        Payload payload = read.payload();
        String queue = read.queue();
        if (read.problem() == null && payload != null && queue != null) {
            return heard(due, read, new DelayedMove.ToQueue(queue, payload), listeners);
        }
        return fails(due, read, MalformedPayloadException.class, String.valueOf(read.problem()));
    }

    private Decision heard(DelayedItem due, ReadItem read, DelayedMove.ToQueue target, List<ResqueListener> listeners) {
        if (listeners.isEmpty()) {
            return new Decision(
                    new DelayedMove(due.second(), due.item(), target, ruby.moved(read.rubyName())), null, null, null);
        }
        MoveEvents heard = new MoveEvents(
                reader.info(target.queue(), target.payload()), Instant.ofEpochSecond(due.second()), true, listeners);
        boolean isAllowed;
        try {
            isAllowed = heard.allow();
        } catch (Throwable e) { // of a listener: it must not keep other jobs from being moved
            return fails(due, read, JobOutcome.Failed.of(e, MoveEvents.class));
        }
        if (isAllowed) {
            return new Decision(
                    new DelayedMove(due.second(), due.item(), target, ruby.moved(read.rubyName())), null, null, heard);
        }
        StatusChange status = statuses.ended(reader.token(target.payload()), JobState.COMPLETE, null);
        List<Effect> effects = new ArrayList<>(statuses.riding(status));
        effects.addAll(ruby.ended(read.rubyName()));
        return new Decision(new DelayedMove(due.second(), due.item(), null, effects), status, null, heard);
    }

    /** An item whose job cannot go onto its queue becomes a failure. */
    Decision refused(DelayedItem due, String refusal) {
        return fails(due, ItemScanner.read(due.item()), BackendException.class, refusal);
    }

    private Decision fails(DelayedItem due, ReadItem read, Class<?> exception, String why) {
        return fails(due, read, new JobOutcome.Failed(exception.getName(), why, List.of()));
    }

    /** The record of a job that was read holds its payload, so that it can be retried; otherwise it holds all bytes of the item. */
    private Decision fails(DelayedItem due, ReadItem read, JobOutcome.Failed failure) {
        Payload payload = read.payload() == null ? due.item() : read.payload();
        String queue = read.queue() == null || read.queue().isEmpty() ? UNKNOWN : read.queue();
        StatusChange status = statuses.ended(reader.token(payload), JobState.FAILED, null);
        List<Effect> effects = new ArrayList<>(failures.records(payload, scheduler, queue, failure));
        effects.addAll(statuses.riding(status));
        effects.addAll(ruby.ended(read.rubyName()));
        return new Decision(new DelayedMove(due.second(), due.item(), null, effects), status, failure, null);
    }

    /** An item stands again a while later. */
    static DelayedMove putOff(DelayedItem due, long now) {
        return new DelayedMove(
                due.second(), due.item(), new DelayedMove.ToSecond(now + PUT_OFF.toSeconds(), due.item(), null));
    }

    /** What is recorded of an entry of the schedule behind which nothing can be moved, although it is not an empty second. */
    List<Effect> record(DelayedPage.Stray stray) {
        Payload standIn = stray.standIn();
        if (standIn != null) {
            return recordOversize(standIn);
        }
        String why = stray.kind() == DelayedPage.Stray.Kind.NOT_A_LIST
                ? "This second was taken out of the schedule of delayed jobs: something that is no list stands in the place of"
                        + " its items, and was left there"
                : "This entry was taken out of the schedule of delayed jobs: it is no whole second";
        JobOutcome.Failed failure = new JobOutcome.Failed(MalformedPayloadException.class.getName(), why, List.of());
        return failures.records(stray.entry(), scheduler, UNKNOWN, failure);
    }

    private List<Effect> recordOversize(Payload standIn) {
        OversizePayload oversize = Objects.requireNonNull(OversizePayload.of(reader.tree(standIn)), "a stand-in");
        String queue = oversize.queueOfItem();
        JobOutcome.Failed failure =
                new JobOutcome.Failed(OversizePayload.EXCEPTION, oversize.message(largest), List.of());
        List<Effect> effects =
                new ArrayList<>(failures.records(standIn, scheduler, queue == null ? UNKNOWN : queue, failure));
        effects.addAll(statuses.riding(statuses.ended(oversize.token(), JobState.FAILED, null)));
        return effects;
    }

    /** To be called once a move is in Redis. Throws nothing. */
    void made(Decision decision) {
        statuses.afterwards(decision.status());
        failures.recorded(decision.move().effects());
        MoveEvents events = decision.events();
        if (events != null && !decision.isVeto()) {
            events.moved();
        }
    }

    /** To be called once an entry is removed. Throws nothing. */
    void removed(List<Effect> effects) {
        failures.recorded(effects);
    }
}
