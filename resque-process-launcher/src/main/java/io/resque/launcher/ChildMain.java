package io.resque.launcher;

import io.resque.api.InvalidJobException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.core.InThreadExecutorProvider;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A child: says hello, loads the modules, then runs one job after the other on its main thread. What it loads is the
 * price of every job, so there are no lambdas here, no JSON and no logging.
 */
final class ChildMain {
    static final String SOCKET = "RESQUE_CHILD_SOCKET";
    static final String TOKEN = "RESQUE_CHILD_TOKEN";

    private final ParentLink parent;
    private final ChildHost host;
    private final JobExecutor executor;

    private ChildMain(ParentLink parent, List<?> setup) throws Exception {
        this.parent = parent;
        this.host = new ChildHost(parent, (String) setup.get(1));
        for (Object module : (List<?>) setup.get(0)) {
            host.load((String) module);
        }
        this.executor = new InThreadExecutorProvider().open(host);
        parent.executor(executor);
    }

    public static void main(String[] args) {
        String socket = System.getenv(SOCKET);
        String token = System.getenv(TOKEN);
        if (socket == null || token == null || args.length != 1) {
            System.err.println("This runs one job for a Resque worker, which starts it: see ProcessJobExecutor");
            System.exit(2);
        }
        try {
            FrameChannel channel =
                    new FrameChannel(SocketChannel.open(UnixDomainSocketAddress.of(socket)), TreeWriter.MAX_BODY);
            channel.send(TreeWriter.frame(FrameType.HELLO, token), FrameChannel.FOREVER);
            ChildSignals.leaveToTheWorker();
            ParentLink parent = new ParentLink(channel, Thread.currentThread());
            parent.start();
            Frame setup = parent.next();
            ChildMain child;
            try {
                child = new ChildMain(parent, (List<?>) setup.value());
            } catch (Throwable e) {
                e.printStackTrace();
                System.err.flush();
                parent.send(FrameType.READY, e.toString());
                return;
            }
            ProcessTitle title = ProcessTitle.startingWith(args[0].substring(0, args[0].lastIndexOf(' ') + 1));
            child.warmUp();
            parent.send(FrameType.READY, null);
            child.work(title);
        } catch (Throwable e) {
            if (!ParentLink.isLeaving()) {
                e.printStackTrace();
                Runtime.getRuntime().halt(1);
            }
        }
    }

    private void work(ProcessTitle title) throws IOException, InterruptedException {
        while (true) {
            Frame frame = parent.next();
            if (frame.type == FrameType.REHEARSE) {
                rehearse();
                System.exit(0);
            }
            JobRequest request = request((List<?>) frame.value());
            parent.begin(request);
            title.show("Processing " + request.queue() + " since " + System.currentTimeMillis() / 1000 + " ["
                    + request.jobClass() + "]");
            JobOutcome outcome = executor.run(request);
            System.out.flush();
            System.err.flush();
            parent.end();
            tell(outcome);
            title.show("Waiting");
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
    private void warmUp() throws InterruptedException {
        host.rehearsing(true);
        executor.run(new JobRequest("", "", "", null, List.of(), null));
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
