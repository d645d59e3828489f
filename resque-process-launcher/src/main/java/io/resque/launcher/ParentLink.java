package io.resque.launcher;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.InvalidJobException;
import io.resque.api.ResqueException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A child's end of the connection, and the thread that reads it. When the parent is gone, so is the child, whatever its
 * job does.
 */
final class ParentLink extends Thread {
    private static volatile boolean leaving;

    private final FrameChannel channel;
    private final BlockingQueue<Frame> orders = new LinkedBlockingQueue<>();
    private final BlockingQueue<Frame> answers = new LinkedBlockingQueue<>();
    private @Nullable JobExecutor executor;
    private @Nullable JobRequest request;
    private @Nullable Thread jobThread;
    private boolean busy;
    private boolean interruptAsked;
    private volatile boolean cancelled;

    ParentLink(FrameChannel channel) {
        super("resque-parent");
        this.channel = channel;
        setDaemon(true);
        Runtime.getRuntime().addShutdownHook(new Leaving(channel));
    }

    /** A thread that reads holds up the exit of a JVM for 300 ms; and the parent sees that this one is under way. */
    private static final class Leaving extends Thread {
        private final FrameChannel channel;

        Leaving(FrameChannel channel) {
            super("resque-leaving");
            this.channel = channel;
        }

        @Override
        public void run() {
            leaving = true;
            try {
                channel.close();
            } catch (IOException e) {
                // It closes with the process.
            }
        }
    }

    static boolean isLeaving() {
        return leaving;
    }

    synchronized void executor(JobExecutor executor) {
        this.executor = executor;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Frame frame = channel.receive(FrameChannel.FOREVER);
                if (frame == null) {
                    Thread.interrupted(); // by a job that interrupts all threads it finds
                } else {
                    heard(frame);
                }
            }
        } catch (IOException | RuntimeException e) {
            if (!leaving) {
                // Not exit: shutdown hooks of a job could hang, and its outcome has no reader any more.
                Runtime.getRuntime().halt(1);
            }
        }
    }

    private void heard(Frame frame) {
        switch (frame.type) {
            case FrameType.CANCEL:
                cancelled = true;
                cancelIfAsked();
                break;
            case FrameType.INTERRUPT:
                interruptJob();
                break;
            case FrameType.ANSWER:
            case FrameType.REFUSAL:
                answers.add(frame);
                break;
            default:
                // Here and not where it is taken: what is heard after it is meant for it.
                become(frame.type == FrameType.RUN);
                orders.add(frame);
        }
    }

    private synchronized void become(boolean busy) {
        this.busy = busy;
        cancelled = false;
        interruptAsked = false;
    }

    private synchronized void interruptJob() {
        interruptAsked = busy;
        if (busy && jobThread != null) {
            jobThread.interrupt();
        }
    }

    /** Called again once the executor knows the job, in case it was too early. */
    void cancelIfAsked() {
        JobExecutor running;
        JobRequest job;
        synchronized (this) {
            running = executor;
            job = request;
        }
        if (cancelled && running != null && job != null) {
            running.cancel(job);
        }
    }

    /** The next thing to do. */
    Frame next() {
        return take(orders);
    }

    private static Frame take(BlockingQueue<Frame> from) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return from.take();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Called by the thread that runs the job. */
    void begin(JobRequest request) throws IOException {
        synchronized (this) {
            this.request = request;
            jobThread = Thread.currentThread();
            if (interruptAsked) {
                jobThread.interrupt();
            }
        }
        send(FrameType.BEGUN, null);
    }

    /** An interrupt that comes from now on is not for the next job. */
    synchronized void end() {
        busy = false;
        request = null;
        jobThread = null;
        Thread.interrupted();
    }

    void send(byte type, @Nullable Object tree) throws IOException {
        byte[] frame = TreeWriter.frame(type, tree);
        synchronized (channel) {
            channel.send(frame, FrameChannel.FOREVER);
        }
    }

    /** Has the parent do something for the job that runs. */
    @Nullable
    Object ask(byte type, @Nullable Object tree) {
        synchronized (this) {
            if (!busy) {
                throw new IllegalStateException("The job has ended, and its context with it");
            }
        }
        synchronized (answers) {
            try {
                send(type, tree);
                Frame answer = take(answers);
                if (answer.type == FrameType.ANSWER) {
                    return answer.value();
                }
                throw refusal((List<?>) answer.value());
            } catch (IOException e) {
                throw new ResqueException("The worker of this child process cannot be reached", e);
            }
        }
    }

    private static RuntimeException refusal(List<?> parts) {
        String type = String.valueOf(parts.get(0));
        String message = String.valueOf(parts.get(1));
        switch (type) {
            case "io.resque.api.InvalidJobException":
                return new InvalidJobException(message);
            case "io.resque.api.ConfigurationException":
                return new ConfigurationException(message);
            case "io.resque.api.BackendException":
                return new BackendException(message);
            case "io.resque.api.BackendUnavailableException":
                return new BackendUnavailableException(message, new IOException("seen by the worker"), true);
            default:
                return new ResqueException("In the worker: " + type + ": " + message);
        }
    }
}
