package io.resque.launcher.internal.process;

import io.resque.launcher.internal.support.PublicNames;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of this process, in their order. Signals come by two ways. The shell in front of the JVM, whose pid is the registered
 * one, passes each signal on as a line on standard input, QUIT among them, which no JVM can catch. Signals to the JVM itself are
 * caught here. Any thread may add an event; one thread takes them.
 */
final class EventQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.WORKER_PROCESS);

    /** A JVM does not let a program catch QUIT. */
    private static final List<ProcessEvent.Signal> CAUGHT = List.of(
            ProcessEvent.Signal.HUP,
            ProcessEvent.Signal.INT,
            ProcessEvent.Signal.TERM,
            ProcessEvent.Signal.USR1,
            ProcessEvent.Signal.USR2,
            ProcessEvent.Signal.CONT);

    private final BlockingQueue<ProcessEvent> events = new LinkedBlockingQueue<>();
    private @Nullable FileChannel input;

    private EventQueue() {}

    /** Listens to the signals of this JVM, and to standard input if the process was started so. */
    static EventQueue listen(ProcessRole role) {
        EventQueue queue = new EventQueue();
        for (ProcessEvent.Signal signal : CAUGHT) {
            try {
                sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), caught -> queue.add(signal));
            } catch (IllegalArgumentException e) {
                LOG.debug("Signal {} cannot be caught: {}", signal, e.getMessage());
            }
        }
        if (role.readsStandardInput()) {
            FileChannel input = new FileInputStream(FileDescriptor.in).getChannel();
            queue.input = input;
            ProcessThreads.make(() -> queue.read(input), "resque-signals").start();
        }
        return queue;
    }

    private void read(FileChannel input) {
        StringBuilder line = new StringBuilder();
        ByteBuffer bytes = ByteBuffer.allocate(512);
        try {
            while (input.read(bytes) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    char c = (char) bytes.get();
                    if (c != '\n') {
                        line.append(c);
                    } else {
                        add(ProcessEvent.Message.of(line.toString()));
                        line.setLength(0);
                    }
                }
                bytes.clear();
            }
        } catch (IOException e) {
            if (!input.isOpen()) {
                return;
            }
        }
        add(ProcessEvent.Change.PARENT_GONE);
    }

    /** Waits for the next event. */
    ProcessEvent next() throws InterruptedException {
        return events.take();
    }

    void add(ProcessEvent event) {
        events.add(event);
    }

    /** Stops reading: a thread that reads would delay the exit of the JVM. */
    @Override
    public void close() {
        try {
            if (input != null) {
                input.close();
            }
        } catch (IOException e) {
            // It ends with the process.
        }
    }
}
