package io.resque.launcher.internal.pool;

import io.resque.api.spi.JsonRules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the output of a child, line by line. It ends when no process holds the output open any more. */
final class ChildOutput {
    private static final Logger LOG = LoggerFactory.getLogger("io.resque.job");
    private static final int MAX_LINE = 8 << 10;
    private static final int LAST = 10;

    /** Each JVM prints such a line where the operator has set these variables. It is not the job's output. */
    private static final Pattern OPTIONS = Pattern.compile("(NOTE: )?Picked up [A-Z_]*JAVA_[A-Z_]*OPTIONS: .*");

    private final InputStream stream;
    private final Thread thread;
    private final Deque<String> last = new ArrayDeque<>();
    private final byte[] line = new byte[MAX_LINE];
    private int length;
    private volatile boolean begun;
    private volatile String source;

    ChildOutput(Process process, InputStream stream) {
        this.stream = stream;
        this.source = "child " + process.pid();
        // Not inherited: thread locals of the starting thread, such as the logging context of a request.
        this.thread = new Thread(null, this::pump, "resque-child-" + process.pid() + "-output", 0, false);
        thread.setDaemon(true);
        thread.start();
    }

    /** Each line from now on is logged under this name: worker and job. */
    void source(String source) {
        this.source = JsonRules.forLog(source);
        this.begun = true;
    }

    private void pump() {
        byte[] bytes = new byte[MAX_LINE];
        try (InputStream in = stream) {
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                take(bytes, read);
            }
        } catch (IOException e) {
            // The process has ended and closed the stream.
        }
        if (length > 0) {
            pass();
        }
    }

    private void take(byte[] bytes, int read) {
        for (int i = 0; i < read; i++) {
            if (bytes[i] == '\n') {
                pass();
                continue;
            }
            if (length == MAX_LINE) {
                pass();
            }
            line[length++] = bytes[i];
        }
    }

    private void pass() {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        String text = new String(line, 0, end, StandardCharsets.UTF_8);
        length = 0;
        if (!begun && OPTIONS.matcher(text).matches()) {
            return;
        }
        synchronized (last) {
            if (last.size() == LAST) {
                last.removeFirst();
            }
            last.addLast(text);
        }
        LOG.info("{}: {}", source, text);
    }

    /** The last lines of a process that has ended. Waits for two seconds at most: processes that it left behind may hold the output open. */
    String last() {
        try {
            thread.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (last) {
            return String.join("\n", last);
        }
    }
}
