package io.resque.benchmarks;

import io.resque.tck.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives Redis a processor of its own. Where Redis and a JVM share all processors, a rate with one thread depends on which of
 * them sleeps, and on where the system wakes it, more than on what both have to do.
 */
final class Processors {
    private static final int ALL = Runtime.getRuntime().availableProcessors();

    private Processors() {}

    /**
     * Gives the thread of Redis that runs commands the first processor. Its other threads, which give memory back to the system,
     * these processes and this JVM get the others. Says how it ended.
     */
    static String separate(RespClient redis, long... processes) throws IOException, InterruptedException {
        String others = "1-" + (ALL - 1);
        long server = processOf(redis);
        boolean own = ALL > 1
                && pin(server, others)
                && taskset("--cpu-list", "--pid", "0", Long.toString(server))
                && pin(ProcessHandle.current().pid(), others);
        for (long process : processes) {
            own = own && pin(process, others);
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
        return taskset("--all-tasks", "--cpu-list", "--pid", processors, Long.toString(process));
    }

    private static boolean taskset(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset"));
        command.addAll(List.of(args));
        try {
            return new ProcessBuilder(command)
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
