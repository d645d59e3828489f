package io.resque.core.internal.failure;

import io.resque.api.FailureLists;
import io.resque.api.FailureSink;
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

    /** The records of one failure, each with its list; at least one. */
    public List<FailureEntry> entries(Payload payload, String worker, String queue, JobOutcome.Failed failure) {
        Payload record = shape.record(payload, worker, queue, failure);
        List<FailureEntry> entries = new ArrayList<>();
        if (settings.lists() != FailureLists.BY_QUEUE) {
            entries.add(new FailureEntry(FailureList.COMMON, record));
        }
        if (settings.lists() != FailureLists.COMMON) {
            entries.add(new FailureEntry(new FailureList(queue), record));
        }
        return entries;
    }

    /** To be called when the records of one failure, or of none, are in Redis. Throws nothing: the job is settled. */
    public void recorded(List<FailureEntry> entries) {
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
            String type = sink.getClass().getName();
            Throwables.log(e, shown -> LOG.warn("The failure sink {} threw; the record is in Redis", type, shown));
        }
    }

    @Override
    public void close() {
        trim.close();
    }
}
