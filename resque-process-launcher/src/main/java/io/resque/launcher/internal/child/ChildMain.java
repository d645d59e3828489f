package io.resque.launcher.internal.child;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.core.InThreadExecutorProvider;
import io.resque.launcher.internal.frame.Frame;
import io.resque.launcher.internal.frame.FrameChannel;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.JobMessages;
import io.resque.launcher.internal.frame.ParentAddress;
import io.resque.launcher.internal.frame.SocketFrames;
import io.resque.launcher.internal.frame.StreamFrames;
import io.resque.launcher.internal.support.ProcessTitle;
import io.resque.launcher.internal.support.ThrownText;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The program of a child. It connects to its worker, loads the modules, then runs one job after the other, each on a new thread.
 * Every job pays for the classes that a child loads, so there are no lambdas here, no enums, no JSON and no logging.
 */
public final class ChildMain {
    /** The exit status of a process that no worker has started, or that cannot open its pipes. */
    public static final int NO_WORKER = 2;

    private final ParentLink parent;
    private final ChildHost host;
    private final JobExecutor executor;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final @Nullable LeftBehind leftBehind;

    private ChildMain(ParentLink parent, List<?> setup) throws Exception {
        this.parent = parent;
        this.host = new ChildHost(parent, (String) setup.get(1), (List<?>) setup.get(3));
        for (Object module : (List<?>) setup.get(0)) {
            host.load((String) module);
        }
        this.executor = new InThreadExecutorProvider().open(host);
        this.leftBehind = setup.get(2) instanceof List<?> looks ? new LeftBehind(looks) : null;
        host.leftBehind(leftBehind);
        parent.executor(executor);
    }

    /**
     * Runs until the worker ends the connection. The worker gives the title as the last argument, and before it {@link
     * StreamFrames#PIPES} or nothing; see {@link ParentAddress} for what the child then reads from standard input. Spring Boot's launcher
     * puts the arguments of {@code LOADER_ARGS} before these.
     */
    public static void main(String[] args) {
        try {
            FrameChannel channel = connect(args);
            if (channel == null) {
                System.err.println("A Resque worker starts this program to run jobs; see ProcessJobExecutor");
                System.exit(NO_WORKER);
                return;
            }
            ChildSignals.ignore();
            ParentLink parent = new ParentLink(channel);
            parent.start();
            Frame setup = parent.next();
            ChildMain child;
            try {
                child = new ChildMain(parent, (List<?>) setup.value());
            } catch (Throwable e) {
                ThrownText.print(e);
                parent.send(FrameType.READY, ThrownText.of(e));
                return;
            }
            String shown = args[args.length - 1];
            ProcessTitle title = ProcessTitle.startingWith(shown.substring(0, shown.lastIndexOf(' ') + 1));
            child.warmUp(title);
            parent.send(FrameType.READY, null);
            child.work(title);
        } catch (Throwable e) {
            leave(e);
        }
    }

    /** Null if no worker has started this process, or its pipes cannot be opened. */
    private static @Nullable FrameChannel connect(String[] args) throws IOException {
        if (args.length >= 2 && args[args.length - 2].equals(StreamFrames.PIPES)) {
            try {
                return StreamFrames.ofChild();
            } catch (IOException e) {
                return null;
            }
        }
        ParentAddress address = args.length >= 1 ? ParentAddress.read(System.in) : null;
        return address == null ? null : SocketFrames.connect(address);
    }

    private static void leave(Throwable e) {
        if (!ParentLink.isLeaving()) {
            ThrownText.print(e);
            Runtime.getRuntime().halt(1);
        }
    }

    private void work(ProcessTitle title) throws IOException {
        while (true) {
            Frame frame = parent.next();
            if (frame.type == FrameType.REHEARSE) {
                rehearse();
                System.exit(0);
            }
            OneJob job = new OneJob(JobMessages.run(frame), title);
            job.start();
            job.await();
        }
    }

    /** A thread for one job, so that no job finds thread locals or other settings of the job before. */
    private final class OneJob extends Thread {
        private final JobRequest request;
        private final ProcessTitle title;

        OneJob(JobRequest request, ProcessTitle title) {
            super(null, null, "resque-job", 0, false);
            this.request = request;
            this.title = title;
            // A thread without inherited thread locals does not inherit this in Java after 17.
            setContextClassLoader(Thread.currentThread().getContextClassLoader());
        }

        @Override
        public void run() {
            try {
                parent.begin(request);
                title.show("Processing " + request.queue() + " since " + System.currentTimeMillis() / 1000 + " ["
                        + request.shownClass() + "]");
                JobOutcome outcome = executor.run(request);
                flush();
                parent.end();
                List<String> left = leftBehind == null ? List.of() : leftBehind.look();
                if (!left.isEmpty()) {
                    parent.send(FrameType.LEFT_BEHIND, left);
                }
                parent.send(JobMessages.outcome(outcome));
                title.show("Waiting");
            } catch (Throwable e) {
                leave(e);
            }
        }

        /** Waits for the end of the job. It goes on after an interrupt, which a job may send to all threads that it finds. */
        void await() {
            while (true) {
                try {
                    join();
                    return;
                } catch (InterruptedException e) {
                    continue;
                }
            }
        }
    }

    /** Flushes both the original streams and those that a job may have set. */
    private void flush() {
        out.flush();
        err.flush();
        try {
            System.out.flush();
            System.err.flush();
        } catch (Throwable e) {
            // Thrown by a stream of the job, which has ended.
        }
    }

    /** Loads the classes that every job needs, before the first job comes. */
    private void warmUp(ProcessTitle title) throws InterruptedException {
        host.rehearsing(true);
        JobRequest nothing = new JobRequest("", "", "", null, List.of(), Map.of(), null, null);
        new OneJob(nothing, title); // loaded, not run: it would send frames to the worker
        JobMessages.outcome(executor.run(nothing)); // loaded, not sent
        host.rehearsing(false);
    }

    /** Loads the classes that only some jobs need, for the class archive. */
    private void rehearse() {
        host.rehearsing(true);
        try {
            executor.run(new JobRequest(
                    "", "", "", null, List.of(1L), Map.of(), null, Instant.now().plusSeconds(60)));
            host.serializer().convert(List.of(1L), List.class);
        } catch (Exception e) {
            // A job that runs meets the same fault and reports it.
        }
    }
}
