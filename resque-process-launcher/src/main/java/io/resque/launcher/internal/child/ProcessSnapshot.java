package io.resque.launcher.internal.child;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/** The settings of the whole process that a job may change, as they were before the first job. Only those that are cheap to read. */
final class ProcessSnapshot {
    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final Locale locale = Locale.getDefault();
    private final Locale shown = Locale.getDefault(Locale.Category.DISPLAY);
    private final Locale format = Locale.getDefault(Locale.Category.FORMAT);
    private final TimeZone zone = TimeZone.getDefault();
    private final Thread.@Nullable UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();

    /** The name of a setting that has changed; null if none has. */
    @Nullable
    String changed() {
        try {
            return seen();
        } catch (Throwable e) { // thrown by a TimeZone class of the job
            return "the defaults";
        }
    }

    private @Nullable String seen() {
        if (System.in != in || System.out != out || System.err != err) {
            return "the standard streams";
        }
        if (!Locale.getDefault().equals(locale)
                || !Locale.getDefault(Locale.Category.DISPLAY).equals(shown)
                || !Locale.getDefault(Locale.Category.FORMAT).equals(format)) {
            return "the default locale";
        }
        if (!TimeZone.getDefault().equals(zone)) {
            return "the default time zone";
        }
        return Thread.getDefaultUncaughtExceptionHandler() == handler
                ? null
                : "the default handler of uncaught exceptions";
    }
}
