package io.resque.launcher.internal.child;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The open descriptors, and newer ones. It looks which files they are only if their number has changed. */
final class OpenFiles {
    private final ProcFiles proc;
    private long number;
    private Map<String, String> known = new HashMap<>();

    OpenFiles(ProcFiles proc) {
        this.proc = proc;
        openChannels();
        note(targets());
    }

    /** Java opens a socket of its own when channels are used for the first time, and keeps it: here, and not in a job. */
    private static void openChannels() {
        try {
            FileChannel.open(Path.of("/dev/null")).close();
            SocketChannel.open().close();
        } catch (IOException | RuntimeException e) {
            // Then the first job that uses channels ends its child.
        }
    }

    private void note(Map<String, String> now) {
        known = now;
        number = proc.countDescriptors();
    }

    private Map<String, String> targets() {
        Map<String, String> targets = new HashMap<>();
        String[] descriptors = proc.descriptors();
        if (descriptors == null) {
            return targets;
        }
        for (String descriptor : descriptors) {
            String target = proc.target(descriptor);
            if (target != null) {
                targets.put(descriptor, target);
            }
        }
        return targets;
    }

    /**
     * What a job has opened. That which Java itself opens and keeps does not count.
     *
     * @param threads says whether Java's HTTP clients keep connections now
     */
    List<String> opened(LiveThreads threads) {
        if (proc.countDescriptors() == number) {
            return List.of();
        }
        Map<String, String> now = targets();
        List<String> opened = new ArrayList<>();
        for (Map.Entry<String, String> each : now.entrySet()) {
            String target = each.getValue();
            if (!target.equals(known.get(each.getKey())) && !isOfJava(target, threads)) {
                opened.add(target);
            }
        }
        if (opened.isEmpty()) {
            note(now);
        }
        return opened;
    }

    /** A jar of the class path is opened when the first class is loaded from it; these devices at the first random number. */
    private static boolean isOfJava(String target, LiveThreads threads) {
        return target.endsWith(".jar")
                || target.endsWith(".war")
                || target.equals("/dev/random")
                || target.equals("/dev/urandom")
                || isConnection(target) && threads.keepConnections();
    }

    private static boolean isConnection(String target) {
        return target.startsWith("socket:") || target.startsWith("pipe:") || target.startsWith("anon_inode:");
    }
}
