package io.resque.launcher;

import io.resque.api.InvalidJobException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.core.InThreadExecutorProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A child: says hello, loads the modules, then runs one job after the other, each on a thread of its own. What it loads is
 * the price of every job, so there are no lambdas here, no JSON and no logging.
 */
final class ChildMain {
    private final ParentLink parent;
    private final ChildHost host;
    private final JobExecutor executor;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final @Nullable ChildTraces traces;

    private ChildMain(ParentLink parent, List<?> setup) throws Exception {
        this.parent = parent;
        this.host = new ChildHost(parent, (String) setup.get(1));
        for (Object module : (List<?>) setup.get(0)) {
            host.load((String) module);
        }
        this.executor = new InThreadExecutorProvider().open(host);
        this.traces = Boolean.TRUE.equals(setup.get(2)) ? new ChildTraces() : null;
        parent.executor(executor);
    }

    public static void main(String[] args) {
        try {
            Greeting greeting = args.length == 1 ? Greeting.read(System.in) : null;
            if (greeting == null) {
                System.err.println("This runs one job for a Resque worker, which starts it: see ProcessJobExecutor");
                System.exit(2);
                return;
            }
            FrameChannel channel = new FrameChannel(
                    SocketChannel.open(UnixDomainSocketAddress.of(greeting.socket)), TreeWriter.MAX_BODY);
            channel.send(TreeWriter.frame(FrameType.HELLO, greeting.token), FrameChannel.FOREVER);
            ChildSignals.leaveToTheWorker();
            ParentLink parent = new ParentLink(channel);
            parent.start();
            Frame setup = parent.next();
            ChildMain child;
            try {
                child = new ChildMain(parent, (List<?>) setup.value());
            } catch (Throwable e) {
                Thrown.print(e);
                parent.send(FrameType.READY, Thrown.text(e));
                return;
            }
            ProcessTitle title = ProcessTitle.startingWith(args[0].substring(0, args[0].lastIndexOf(' ') + 1));
            child.warmUp(title);
            parent.send(FrameType.READY, null);
            child.work(title);
        } catch (Throwable e) {
            leave(e);
        }
    }

    private static void leave(Throwable e) {
        if (!ParentLink.isLeaving()) {
            Thrown.print(e);
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
            OneJob job = new OneJob(request((List<?>) frame.value()), title);
            job.start();
            job.await();
        }
    }

    /** So that no job finds what another one has set on its thread, thread locals included. */
    private final class OneJob extends Thread {
        private final JobRequest request;
        private final ProcessTitle title;

        OneJob(JobRequest request, ProcessTitle title) {
            super(null, null, "resque-job", 0, false);
            this.request = request;
            this.title = title;
            // Of the thread that has loaded the modules, which Java after 17 does not pass on without thread locals.
            setContextClassLoader(Thread.currentThread().getContextClassLoader());
        }

        @Override
        public void run() {
            try {
                parent.begin(request);
                title.show("Processing " + request.queue() + " since " + System.currentTimeMillis() / 1000 + " ["
                        + request.jobClass() + "]");
                JobOutcome outcome = executor.run(request);
                flush();
                parent.end();
                String changed = traces == null ? null : traces.changed();
                if (changed != null) {
                    parent.send(FrameType.CHANGED, changed);
                }
                tell(outcome);
                title.show("Waiting");
            } catch (Throwable e) {
                leave(e);
            }
        }

        /** Whatever interrupts say, which a job may send to all threads that it finds. */
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

    /** A job may have put other streams in their place. */
    private void flush() {
        out.flush();
        err.flush();
        try {
            System.out.flush();
            System.err.flush();
        } catch (Throwable e) {
            // Of the job, which has ended.
        }
    }

    @SuppressWarnings("unchecked")
    private static JobRequest request(List<?> parts) {
        Long limit = (Long) parts.get(5);
        return new JobRequest(
                (String) parts.get(0),
                (String) parts.get(1),
                (String) parts.get(2),
                (String) parts.get(3),
                (List<@Nullable Object>) parts.get(4),
                limit == null ? null : Instant.now().plusMillis(limit));
    }

    private void tell(JobOutcome outcome) throws IOException {
        if (outcome instanceof JobOutcome.Completed completed) {
            parent.send(FrameType.COMPLETED, completed.result());
        } else if (outcome instanceof JobOutcome.Failed failed) {
            try {
                parent.send(FrameType.FAILED, List.of(failed.exception(), failed.message(), failed.frames()));
            } catch (InvalidJobException e) {
                parent.send(
                        FrameType.FAILED, List.of(failed.exception(), "(its message is too large to tell)", List.of()));
            }
        } else {
            parent.send(FrameType.VETOED, null);
        }
    }

    /** Loads what every job needs, before there is one. */
    private void warmUp(ProcessTitle title) throws InterruptedException {
        host.rehearsing(true);
        JobRequest nothing = new JobRequest("", "", "", null, List.of(), null);
        new OneJob(nothing, title); // not run: the parent is told of jobs only
        executor.run(nothing);
        host.rehearsing(false);
    }

    /** Loads what some jobs need, for the archive. */
    private void rehearse() {
        host.rehearsing(true);
        try {
            executor.run(
                    new JobRequest("", "", "", null, List.of(), Instant.now().plusSeconds(60)));
            host.serializer().convert(List.of(1L), List.class);
        } catch (Exception e) {
            // Whatever it is, it shows itself when a job runs.
        }
    }
}
