package io.resque.benchmarks;

import io.resque.tck.RespClient;
import java.io.IOException;

/**
 * Gives Redis a processor of its own. Where Redis and a JVM share all processors, a rate with one thread depends on which of
 * them sleeps, and on where the system wakes it, more than on what both have to do.
 */
final class Processors {
    private static final int ALL = Runtime.getRuntime().availableProcessors();

    private Processors() {}

    /** Gives Redis the first processor, and these processes and this JVM the others. Says how it ended. */
    static String separate(RespClient redis, long... processes) throws IOException, InterruptedException {
        boolean own = ALL > 1
                && pin(processOf(redis), "0")
                && pin(ProcessHandle.current().pid(), "1-" + (ALL - 1));
        for (long process : processes) {
            own = own && pin(process, "1-" + (ALL - 1));
        }
        return own ? "Redis on a processor of its own" : "Redis and the JVMs share their processors";
    }

    /** Lets all of them run on each processor again. */
    static void share(RespClient redis, long... processes) throws IOException, InterruptedException {
        String every = "0-" + (ALL - 1);
        pin(processOf(redis), every);
        pin(ProcessHandle.current().pid(), every);
        for (long process : processes) {
            pin(process, every);
        }
    }

    private static long processOf(RespClient redis) {
        return Long.parseLong(redis.text("INFO", "server").replaceFirst("(?s).*\\bprocess_id:(\\d+).*", "$1"));
    }

    private static boolean pin(long process, String processors) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(
                                    "taskset", "--all-tasks", "--cpu-list", "--pid", processors, Long.toString(process))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) { // this system has no taskset
            return false;
        }
    }
}
