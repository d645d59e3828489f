package io.resque.core.internal.failure;

import io.resque.api.FailureListLayout;
import io.resque.api.FailureSink;
import io.resque.api.TypeNames;
import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Throwables;
import io.resque.core.internal.wire.FailureReader;
import io.resque.core.internal.wire.FailureShape;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;

/** Makes the records of a failed job, and acts once they are in Redis: tells the sinks, trims the lists. Thread-safe. */
public final class FailureLog implements AutoCloseable {
    private static final Logger LOG = Log.WORKER;

    private final FailureSettings settings;
    private final FailureShape shape;
    private final FailureReader reader;
    private final FailureTrim trim;

    /** Reads so many bytes of records at once at most. */
    public FailureLog(
            Failures failures, JobSerializer serializer, Clock clock, FailureSettings settings, long maxBytes) {
        this.settings = settings;
        this.shape = new FailureShape(serializer, clock, settings.backtraceLimit());
        this.reader = new FailureReader(serializer);
        this.trim = new FailureTrim(failures, new FailureRecords(failures, maxBytes), reader, clock, settings);
    }

    /** The effects that record one failure, one for each list; at least one. */
    public List<Effect> records(Payload payload, String worker, String queue, JobOutcome.Failed failure) {
        Payload record = shape.record(payload, worker, queue, failure);
        List<Effect> records = new ArrayList<>();
        if (settings.lists() != FailureListLayout.BY_QUEUE) {
            records.add(new Effect.RecordFailure(new FailureEntry(FailureList.COMMON, record)));
        }
        if (settings.lists() != FailureListLayout.COMMON) {
            records.add(new Effect.RecordFailure(new FailureEntry(new FailureList(queue), record)));
        }
        return records;
    }

    /** To be called when the effects of a job's end, which record one failure or none, are in Redis. Throws nothing: the job is settled. */
    public void recorded(List<Effect> effects) {
        List<FailureEntry> entries = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.RecordFailure failure) {
                entries.add(failure.entry());
            }
        }
        if (entries.isEmpty()) {
            return;
        }
        for (FailureSink sink : settings.sinks()) {
            tell(sink, entries.get(0));
        }
        if (settings.isLimited()) {
            try {
                entries.forEach(entry -> trim.due(entry.list()));
            } catch (Throwable e) { // such as no thread to be had
                LOG.warn("The failure lists are not trimmed this time", e);
            }
        }
    }

    private void tell(FailureSink sink, FailureEntry entry) {
        try {
            sink.failed(reader.read(entry.list(), -1, entry.record()));
        } catch (Throwable e) { // of the user's code: it must not keep the worker from its next job
            String type = TypeNames.of(sink.getClass());
            Throwables.log(e, shown -> LOG.warn("The failure sink {} threw; the record is in Redis", type, shown));
        }
    }

    @Override
    public void close() {
        trim.close();
    }
}
