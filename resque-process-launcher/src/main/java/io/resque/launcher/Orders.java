package io.resque.launcher;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * The signals that this process is sent, in their order. The shell in front of it, whose pid is the registered one,
 * passes each as a line on standard input, QUIT among them, which no JVM can catch; those that come here directly are
 * heard as well. The end of standard input means that the shell is gone.
 */
final class Orders {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    /** What is heard once nobody is there any more who could give orders. */
    static final String ABANDONED = "";

    /** Tells a worker that its manager leaves before it: the end of its standard input no longer means anything. */
    static final String ALONE = "ALONE";

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private @Nullable FileChannel lines;

    /** Listens to signals, and to standard input if that is where they come from. */
    static Orders listen(boolean launched) {
        Orders orders = new Orders();
        for (String name : new String[] {"HUP", "INT", "TERM", "USR1", "USR2", "CONT"}) {
            try {
                Signal.handle(new Signal(name), signal -> orders.heard.add(signal.getName()));
            } catch (IllegalArgumentException e) {
                LOG.debug("Signal {} is not for us: {}", name, e.getMessage());
            }
        }
        if (launched) {
            FileChannel lines = new FileInputStream(FileDescriptor.in).getChannel();
            orders.lines = lines;
            Thread reader = new Thread(() -> orders.read(lines), "resque-signals");
            reader.setDaemon(true);
            reader.start();
        }
        return orders;
    }

    private void read(FileChannel lines) {
        StringBuilder line = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(512);
        try {
            while (lines.read(bytes) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    char c = (char) bytes.get();
                    if (c != '\n') {
                        line.append(c);
                    } else {
                        heard.add(line.toString());
                        line.setLength(0);
                    }
                }
                bytes.clear();
            }
        } catch (IOException e) {
            if (!lines.isOpen()) {
                return;
            }
        }
        heard.add(ABANDONED);
    }

    /** The next one; waits for it. */
    String next() throws InterruptedException {
        return heard.take();
    }

    /** Wakes whoever waits for the next one. */
    void add(String order) {
        heard.add(order);
    }

    /** Stops reading: a thread that reads would hold up the exit of the JVM. */
    void close() {
        try {
            if (lines != null) {
                lines.close();
            }
        } catch (IOException e) {
            // It ends with the process.
        }
    }
}
