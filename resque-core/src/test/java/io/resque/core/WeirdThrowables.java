package io.resque.core;

import io.resque.api.Job;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a job may throw and nobody can read: each by a name, and what must stand in its failure record. */
final class WeirdThrowables {
    private WeirdThrowables() {}

    /**
     * One of them.
     *
     * @param message what its record must say
     * @param frame what must be among the frames
     */
    record Weird(Job job, Class<? extends Throwable> type, String message, String frame) {}

    static class NoMessage extends RuntimeException {
        @Override
        public String getMessage() {
            throw new NoClassDefFoundError("gone");
        }
    }

    static class NoMemory extends RuntimeException {
        @Override
        public String getMessage() {
            throw new OutOfMemoryError("as if");
        }
    }

    static class NoEnd extends RuntimeException {
        @Override
        public String getMessage() {
            return getMessage() + "!";
        }
    }

    static class NullMessage extends RuntimeException {
        @Override
        public String getMessage() {
            return null;
        }

        @Override
        public String toString() {
            throw new IllegalStateException("no text");
        }
    }

    static class NullStack extends RuntimeException {
        @Override
        public StackTraceElement[] getStackTrace() {
            return null;
        }
    }

    static class NullFrames extends RuntimeException {
        @Override
        public StackTraceElement[] getStackTrace() {
            return new StackTraceElement[] {null, new StackTraceElement("a.B", "c", null, 1), null};
        }
    }

    static class BadStack extends RuntimeException {
        @Override
        public StackTraceElement[] getStackTrace() {
            throw new ExceptionInInitializerError("no stack");
        }
    }

    static class BadCause extends RuntimeException {
        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("no cause");
        }
    }

    static class OwnCause extends RuntimeException {
        @Override
        public synchronized Throwable getCause() {
            return this;
        }
    }

    /** A new one each time. */
    static class EndlessCause extends RuntimeException {
        @Override
        public synchronized Throwable getCause() {
            return new EndlessCause();
        }
    }

    /** One of many; without a stack, which takes its time. */
    private static final class Level extends Exception {
        Level(Throwable cause) {
            super("level", cause, false, false);
        }
    }

    /** Nothing of it can be read. */
    static class Nothing extends Error {
        @Override
        public String getMessage() {
            throw new Nothing();
        }

        @Override
        public synchronized Throwable getCause() {
            throw new Nothing();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new Nothing();
        }

        @Override
        public String toString() {
            throw new Nothing();
        }
    }

    static Map<String, Weird> all() {
        Map<String, Weird> all = new LinkedHashMap<>();
        add(all, new NoMessage(), NoMessage.class.getName() + " (its getMessage threw java.lang.NoClassDefFoundError)");
        add(all, new NoMemory(), NoMemory.class.getName() + " (its getMessage threw java.lang.OutOfMemoryError)");
        add(all, new NoEnd(), NoEnd.class.getName() + " (its getMessage threw java.lang.StackOverflowError)");
        add(all, new NullMessage(), NullMessage.class.getName());
        add(all, new NullStack(), NullStack.class.getName());
        add(all, new NullFrames(), NullFrames.class.getName(), "a.B.c(Unknown Source)");
        add(all, new BadStack(), BadStack.class.getName(), "left out: its getStackTrace threw");
        add(all, new BadCause(), BadCause.class.getName(), "left out: its getCause threw java.lang.IllegalState");
        add(all, new OwnCause(), OwnCause.class.getName(), "caused by one of these again");
        add(all, new EndlessCause(), EndlessCause.class.getName(), "more causes, left out");
        add(
                all,
                new Nothing(),
                Nothing.class.getName() + " (its getMessage threw " + Nothing.class.getName() + ")",
                "left out: its getStackTrace threw");
        Exception first = new Exception("first");
        Exception second = new Exception("second", first);
        first.initCause(second);
        add(all, new IllegalStateException("circle", first), "circle", "caused by one of these again");
        Throwable deep = new Exception("root");
        for (int i = 0; i < 100_000; i++) {
            deep = new Level(deep);
        }
        add(all, new IllegalArgumentException("deep", deep), "deep", "Caused by: " + Level.class.getName() + ": level");
        Throwable wrapped = new Exception("the root");
        for (int i = 0; i < 30; i++) {
            wrapped = new Level(wrapped);
        }
        add(all, wrapped, "level", "… more causes, left out\nCaused by: java.lang.Exception: the root");
        IllegalStateException suppressing = new IllegalStateException("suppressing");
        for (int i = 0; i < 1000; i++) {
            suppressing.addSuppressed(new Nothing());
        }
        add(all, suppressing, "suppressing", "Suppressed: " + Nothing.class.getName() + ": ");
        IllegalStateException closing = new IllegalStateException("closing");
        closing.addSuppressed(new IllegalStateException("closed already", closing));
        add(all, closing, "closing", "Suppressed: java.lang.IllegalStateException: closed already");
        add(all, new ThreadDeath(), "java.lang.ThreadDeath");
        add(all, new Throwable("neither"), "neither");
        add(all, new RuntimeException("no trace", null, false, false) {}, "no trace");
        add(
                all,
                new Error("half \uD800 a pair, a zero \u0000, \u2028 and \u001b[31m"),
                "half ? a pair, a zero \u0000, \u2028 and \u001b[31m");
        return all;
    }

    private static void add(Map<String, Weird> all, Throwable thrown, String message) {
        add(all, thrown, message, "");
    }

    private static void add(Map<String, Weird> all, Throwable thrown, String message, String frame) {
        Job job = context -> WeirdThrowables.<RuntimeException>sneakily(thrown);
        all.put("Weird" + all.size(), new Weird(job, thrown.getClass(), message, frame));
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakily(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
