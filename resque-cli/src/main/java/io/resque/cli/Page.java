package io.resque.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a command that shows a part of a long list. */
final class Page {
    private long offset;
    private int limit;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    long offset() {
        return offset;
    }

    int limit() {
        return limit;
    }

    @Option(
            names = "--offset",
            paramLabel = "NUMBER",
            description = "how many to leave out first, ${DEFAULT-VALUE} if not given",
            defaultValue = "0")
    void offset(String number) {
        offset = number("--offset", number, Long.MAX_VALUE);
    }

    @Option(
            names = "--limit",
            paramLabel = "NUMBER",
            description = "how many to show at most, ${DEFAULT-VALUE} if not given",
            defaultValue = "20")
    void limit(String number) {
        limit = (int) number("--limit", number, Integer.MAX_VALUE);
    }

    private long number(String option, String text, long most) {
        if (spec != null && !Numbers.isWhole(text, most)) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " must be a whole number from 0 to " + most + ", was " + Numbers.shown(text));
        }
        return Long.parseLong(text);
    }
}
