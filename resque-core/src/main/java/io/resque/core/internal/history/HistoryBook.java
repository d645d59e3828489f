package io.resque.core.internal.history;

import io.resque.api.HistoryMark;
import io.resque.api.HistorySample;
import io.resque.api.MalformedPayloadException;
import io.resque.api.RunTimes;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.HistoryStore.Grain;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.SampleShape;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Reads the history, in a bounded number of samples, and adds marks. Thread-safe. */
public final class HistoryBook {
    /** So many samples show any time at most. */
    public static final int MOST_SAMPLES = 400;

    public static final Duration SHORTEST = Duration.ofMinutes(1);
    public static final Duration LONGEST = Grain.COARSE.kept();

    private static final int LONGEST_MARK = 200;

    /** Up to so long ago every sample of ten seconds is read. */
    private static final Duration FINE = Duration.ofHours(1);

    private final HistoryStore store;
    private final JobSerializer json;

    public HistoryBook(HistoryStore store, JobSerializer json) {
        this.store = store;
        this.json = json;
    }

    /** What was there up to now. */
    public record Read(Instant from, Instant to, Duration step, List<HistorySample> samples, List<HistoryMark> marks) {}

    /** The last samples, at even distances, and the marks. The time is not longer than {@link #LONGEST}. */
    public Read last(Duration time) {
        long now = store.second();
        Grain grain = time.compareTo(FINE) <= 0 ? Grain.FINE : Grain.COARSE;
        long from = now - time.toSeconds();
        long step = grain.seconds();
        while ((now - from) / step >= MOST_SAMPLES) {
            step += grain.seconds();
        }
        long first = Math.floorDiv(from + step - 1, step) * step;
        long stride = step;
        List<Long> seconds = LongStream.iterate(first, second -> second <= now, second -> second + stride)
                .boxed()
                .toList();
        List<HistorySample> samples = new ArrayList<>();
        store.samples(grain, seconds).forEach((second, payload) -> {
            HistorySample sample = read(payload, second);
            if (sample != null) {
                samples.add(sample);
            }
        });
        return new Read(
                Instant.ofEpochSecond(from),
                Instant.ofEpochSecond(now),
                Duration.ofSeconds(step),
                samples,
                store.marks(from, now));
    }

    private @Nullable HistorySample read(Payload payload, long second) {
        try {
            return SampleShape.read(json.decode(payload), Instant.ofEpochSecond(second));
        } catch (MalformedPayloadException e) { // another program has written there
            return null;
        }
    }

    /** Those that took longest together come first, and those of all further classes last. */
    public List<RunTimes> times(Duration time) {
        long now = store.second();
        long from = now - Math.min(time.toSeconds(), Grain.FINE.kept().toSeconds()); // earlier ones are not kept
        return store.times(from, now).stream()
                .sorted(Comparator.comparing(
                                (RunTimes times) -> times.jobClass().isEmpty())
                        .thenComparing(RunTimes::total, Comparator.reverseOrder())
                        .thenComparing(RunTimes::jobClass))
                .toList();
    }

    public void mark(String text) {
        String line = text.strip();
        if (line.isEmpty()
                || line.codePointCount(0, line.length()) > LONGEST_MARK
                || line.chars().anyMatch(Character::isISOControl)
                || JsonRules.loneSurrogate(line) >= 0) {
            throw new IllegalArgumentException("A mark must be one line of 1 to " + LONGEST_MARK
                    + " characters, such as \"v42\", was \"" + JsonRules.forLog(line) + "\"");
        }
        store.mark(store.second(), line);
    }
}
