package io.resque.launcher;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.slf4j.MDC;

/** Jobs that change settings on which other jobs rely, that throw unreadable exceptions, and that start processes. */
public final class HygieneJobs implements JobModule {
    private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();

    /** A child needs it. */
    public HygieneJobs() {}

    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Look", () -> context -> context.result(state()));
        jobs.register("Dirty", () -> context -> {
            Thread thread = Thread.currentThread();
            thread.setContextClassLoader(new URLClassLoader("dirty", new URL[0], null));
            thread.setName("dirty");
            thread.setPriority(Thread.MAX_PRIORITY);
            thread.setUncaughtExceptionHandler((any, thrown) -> {});
            MDC.put("dirty", "yes");
            LOCAL.set("dirty");
            Thread[] all = new Thread[100];
            int number = thread.getThreadGroup().enumerate(all);
            for (int i = 0; i < number; i++) {
                all[i].interrupt();
            }
            context.result(pid());
        });
        jobs.register("Change", () -> context -> {
            change(context.args().get(0, String.class));
            context.result(pid());
        });
        jobs.register("Throw", () -> context -> {
            throw thrown(context.args().get(0, String.class));
        });
        jobs.register("Shell", Shell::new);
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    private static Map<String, Object> state() {
        Thread thread = Thread.currentThread();
        Map<String, Object> state = new HashMap<>();
        state.put("pid", pid());
        state.put("thread", thread.getName() + " " + thread.getPriority());
        state.put("loader", thread.getContextClassLoader() == ClassLoader.getSystemClassLoader());
        state.put("handler", thread.getUncaughtExceptionHandler() == thread.getThreadGroup());
        state.put("interrupted", thread.isInterrupted());
        state.put("daemon", thread.isDaemon());
        state.put("mdc", MDC.get("dirty"));
        state.put("local", LOCAL.get());
        return state;
    }

    private static void change(String what) throws IOException {
        switch (what) {
            case "out" -> System.setOut(new PrintStream(new ByteArrayOutputStream()));
            case "no out" -> System.setOut(null);
            case "bad err" ->
                System.setErr(new PrintStream(System.err) {
                    @Override
                    public void flush() {
                        throw new IllegalStateException("no flush");
                    }
                });
            case "in" -> System.setIn(System.in.markSupported() ? new java.io.ByteArrayInputStream(new byte[0]) : null);
            case "locale" -> Locale.setDefault(new Locale("tr", "TR"));
            case "format" -> Locale.setDefault(Locale.Category.FORMAT, new Locale("ar", "EG"));
            case "zone" -> TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
            case "handler" -> Thread.setDefaultUncaughtExceptionHandler((any, thrown) -> {});
            case "nothing" -> {}
            default -> throw new IllegalArgumentException(what);
        }
    }

    /** All its methods throw. */
    static final class Nothing extends Error {
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

    /** One exception of a long chain; without a stack trace, which takes time. */
    private static final class Level extends Exception {
        Level(Throwable cause) {
            super("level", cause, false, false);
        }
    }

    private static final class Unloadable {
        static final String VALUE = fail();

        private static String fail() {
            throw new Nothing();
        }
    }

    private static Exception thrown(String what) throws Exception {
        switch (what) {
            case "nothing" -> throw new Nothing();
            case "deep" -> {
                Exception deep = new Exception("root");
                for (int i = 0; i < 100_000; i++) {
                    deep = new Level(deep);
                }
                throw new IllegalStateException("top", deep);
            }
            case "initializer" -> throw new IllegalStateException(Unloadable.VALUE);
            case "death" -> throw new ThreadDeath();
            case "odd" -> throw new IllegalStateException("half \uD800 a pair, \u0000 and \u2028");
            case "large" -> throw new IllegalStateException("x".repeat(20_000_000));
            default -> throw new IllegalArgumentException(what);
        }
    }

    /** The output of a process that the job starts with its own standard input. */
    private static final class Shell implements Job {
        @Override
        public void perform(JobContext context) throws Exception {
            Process process = new ProcessBuilder(
                            List.of("/bin/sh", "-c", context.args().get(0, String.class)))
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectErrorStream(true)
                    .start();
            context.result(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
