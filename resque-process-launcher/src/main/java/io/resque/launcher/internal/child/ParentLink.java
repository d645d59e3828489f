package io.resque.launcher.internal.child;

import io.resque.api.ResqueException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobRequest;
import io.resque.launcher.internal.frame.Frame;
import io.resque.launcher.internal.frame.FrameChannel;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.JobMessages;
import io.resque.launcher.internal.frame.TreeWriter;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A child's end of the connection, and the thread that reads it. When the connection ends, this thread ends the child, whatever its
 * job does.
 */
final class ParentLink extends Thread {
    private static volatile boolean leaving;

    private final FrameChannel channel;
    private final FrameQueue tasks = new FrameQueue();
    private final FrameQueue answers = new FrameQueue();
    private @Nullable JobExecutor executor;
    private @Nullable JobRequest request;
    private @Nullable Thread jobThread;
    private boolean busy;
    private boolean interruptAsked;
    private volatile boolean cancelled;

    ParentLink(FrameChannel channel) {
        super(null, null, "resque-parent", 0, false);
        this.channel = channel;
        setDaemon(true);
        Runtime.getRuntime().addShutdownHook(new Leaving(channel));
    }

    /** Closes the channel while the JVM exits: a thread that reads delays the exit by 300 ms, and so the worker knows of the exit. */
    private static final class Leaving extends Thread {
        private final FrameChannel channel;

        Leaving(FrameChannel channel) {
            super(null, null, "resque-leaving", 0, false);
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
                    Thread.interrupted(); // set by a job that interrupts all threads it finds
                } else {
                    heard(frame);
                }
            }
        } catch (IOException | RuntimeException e) {
            if (!leaving) {
                // Not exit: shutdown hooks of a job could hang, and nobody reads the outcome any more.
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
                // Here and not where the task is taken: a CANCEL or INTERRUPT that follows is meant for this task.
                expect(frame.type == FrameType.RUN);
                tasks.add(frame);
        }
    }

    private synchronized void expect(boolean busy) {
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

    /** Cancels the job if the worker has said so. Called again once the executor knows the job, since the first call may be too early. */
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

    /** Waits for the next frame that is a task: SETUP, RUN or REHEARSE. */
    Frame next() {
        return tasks.take();
    }

    /** The calling thread runs this job from now on. */
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

    /** The job has ended. An interrupt that arrives from now on does not reach the next job. */
    synchronized void end() {
        busy = false;
        request = null;
        jobThread = null;
        Thread.interrupted();
    }

    void send(byte type, @Nullable Object tree) throws IOException {
        send(TreeWriter.frame(type, tree));
    }

    void send(byte[] frame) throws IOException {
        synchronized (channel) {
            channel.send(frame, FrameChannel.FOREVER);
        }
    }

    /** Tells the worker something of the running job, and waits for no answer. */
    void tell(byte type, Object tree) {
        synchronized (this) {
            if (!busy) {
                throw new IllegalStateException("The job has ended, and its context with it");
            }
        }
        try {
            send(type, tree);
        } catch (IOException e) {
            throw new ResqueException("The worker of this child process cannot be reached", e);
        }
    }

    /**
     * Sends a request of the running job to the worker, and waits for the answer.
     *
     * @param converted names of classes of which no value can be sent
     */
    @Nullable
    Object ask(byte type, @Nullable Object tree, Set<String> converted) {
        synchronized (this) {
            if (!busy) {
                throw new IllegalStateException("The job has ended, and its context with it");
            }
        }
        synchronized (answers) {
            try {
                send(TreeWriter.frame(type, tree, converted));
                Frame answer = answers.take();
                if (answer.type == FrameType.ANSWER) {
                    return answer.value();
                }
                throw JobMessages.refusal(answer);
            } catch (IOException e) {
                throw new ResqueException("The worker of this child process cannot be reached", e);
            }
        }
    }
}
