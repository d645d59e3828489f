package io.resque.launcher.internal.child;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
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
    // Before the properties: Java 17 writes user.timezone when the zone is first asked for.
    private final TimeZone zone = TimeZone.getDefault();
    private final Thread.@Nullable UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    private final Properties properties = (Properties) System.getProperties().clone();
    private final int hash = properties.hashCode();

    /** Whether one of the standard streams is another one now, or an output is closed. */
    boolean hasOtherStreams() {
        return System.in != in || System.out != out || System.err != err || isClosed(out) || isClosed(err);
    }

    /** A closed stream notes an error when it is written to, even if nothing is written. */
    private static boolean isClosed(PrintStream stream) {
        stream.print("");
        return stream.checkError();
    }

    boolean hasOtherLocale() {
        return !Locale.getDefault().equals(locale)
                || !Locale.getDefault(Locale.Category.DISPLAY).equals(shown)
                || !Locale.getDefault(Locale.Category.FORMAT).equals(format);
    }

    boolean hasOtherZone() {
        return !TimeZone.getDefault().equals(zone);
    }

    boolean hasOtherHandler() {
        return Thread.getDefaultUncaughtExceptionHandler() != handler;
    }

    /** The name of a system property that was set or removed; null if there is none. Values can be secrets, so they are not told. */
    @Nullable
    String otherProperty() {
        Properties now = System.getProperties();
        if (now.hashCode() == hash) {
            return null;
        }
        for (Map.Entry<Object, Object> each : now.entrySet()) {
            if (!Objects.equals(each.getValue(), properties.get(each.getKey()))) {
                return String.valueOf(each.getKey());
            }
        }
        for (Object key : properties.keySet()) {
            if (!now.containsKey(key)) {
                return String.valueOf(key);
            }
        }
        return null;
    }
}
