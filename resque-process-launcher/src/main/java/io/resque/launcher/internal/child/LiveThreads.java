package io.resque.launcher.internal.child;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * The living threads of the application, and newer ones. Java's own threads are in other groups than that of a
 * job, except for a few with names of their own. Virtual threads cannot be seen.
 */
final class LiveThreads {
    private final ThreadGroup group = Thread.currentThread().getThreadGroup();
    private final List<Thread> known = new ArrayList<>();
    private Thread[] buffer = new Thread[64];

    LiveThreads() {
        int number = enumerate(group);
        for (int i = 0; i < number; i++) {
            known.add(buffer[i]);
        }
    }

    /** Threads that a job has started and that still live. */
    List<Thread> started() {
        int number = enumerate(group);
        List<Thread> started = List.of();
        for (int i = 0; i < number; i++) {
            Thread thread = buffer[i];
            if (thread != Thread.currentThread() && !isKnown(thread) && !isOfJava(thread.getName())) {
                started = started.isEmpty() ? new ArrayList<>() : started;
                started.add(thread);
            }
        }
        return started;
    }

    private int enumerate(ThreadGroup group) {
        int number = group.enumerate(buffer);
        while (number == buffer.length) {
            buffer = new Thread[2 * number];
            number = group.enumerate(buffer);
        }
        return number;
    }

    private boolean isKnown(Thread thread) {
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i) == thread) {
                return true;
            }
        }
        return false;
    }

    /** Whether Java's common pool has work of a job, even if no thread of it has begun that yet. */
    boolean haveWorkInCommonPool() {
        ForkJoinPool pool = ForkJoinPool.commonPool();
        return !pool.isQuiescent() || pool.hasQueuedSubmissions();
    }

    /** Our threads, and those of pools that belong to no job. */
    private static boolean isOfJava(String name) {
        return name.startsWith("resque-")
                || name.startsWith("ForkJoinPool.commonPool-")
                || name.startsWith("HttpClient-")
                || name.equals("CompletableFutureDelayScheduler");
    }

    /** Whether Java itself has sockets open: its HTTP clients keep connections for seconds, and jcmd, jstack and JMX have a port. */
    boolean keepConnections() {
        ThreadGroup root = group;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        int number = enumerate(root);
        for (int i = 0; i < number; i++) {
            String name = buffer[i].getName();
            if (name.equals("Keep-Alive-Timer")
                    || name.startsWith("HttpClient-")
                    || name.equals("Attach Listener")
                    || name.startsWith("RMI TCP ")) {
                return true;
            }
        }
        return false;
    }
}
