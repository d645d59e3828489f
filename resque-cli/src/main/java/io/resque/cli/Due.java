package io.resque.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say when a job is due. */
final class Due {
    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "when the job is due, such as 2026-12-24T08:00:00Z or 2026-12-24T09:00+01:00")
    private @Nullable String at;

    @Option(
            names = "--in",
            paramLabel = "DURATION",
            description = "after how long the job is due, such as 30s, 10m, 2h, 1h30m, 7d or PT90S")
    private @Nullable String in;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "the zone of times that name none, such as Europe/Berlin or UTC")
    private @Nullable String zone;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    private @Nullable Instant instant;
    private @Nullable Duration duration;

    /** Reads the options, and refuses mistakes. To be called before the others. */
    void check() {
        if (at != null && in != null) {
            throw mistake("--at and --in both say when the job is due; leave one of them out");
        }
        try {
            if (at != null) {
                instant = Instants.instant("--at", at, zone());
            } else if (in != null) {
                duration = Instants.duration("--in", in);
            } else {
                zone();
            }
        } catch (IllegalArgumentException e) {
            throw mistake(e.getMessage());
        }
    }

    /** Reads another option in the same zone. */
    @Nullable
    Instant instant(String option, @Nullable String text) {
        try {
            return text == null ? null : Instants.instant(option, text, zone());
        } catch (IllegalArgumentException e) {
            throw mistake(e.getMessage());
        }
    }

    private @Nullable ZoneId zone() {
        return zone == null ? null : Instants.zone("--zone", zone);
    }

    private ParameterException mistake(@Nullable String sentence) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets it");
        }
        return new ParameterException(spec.commandLine(), String.valueOf(sentence));
    }

    /** Whether the user has said when. */
    boolean isGiven() {
        return at != null || in != null;
    }

    /** When the job is due; {@code --in} counts from this call. To be called if it is given. */
    Instant at() {
        try {
            return instant == null ? Instant.now().plus(duration == null ? Duration.ZERO : duration) : instant;
        } catch (DateTimeException | ArithmeticException e) {
            return Instant.MAX; // which is refused for being too far away
        }
    }

    /** The second at which a job is due: a fraction is rounded up. */
    static Instant second(Instant due) {
        return Instant.ofEpochSecond(due.getEpochSecond() + (due.getNano() > 0 ? 1 : 0));
    }
}
