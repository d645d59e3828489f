package io.resque.launcher.internal.pool;

import io.resque.launcher.internal.child.ChildMain;
import io.resque.launcher.internal.frame.Frame;
import io.resque.launcher.internal.frame.FrameChannel;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.StreamFrames;
import io.resque.launcher.internal.frame.TreeWriter;
import io.resque.launcher.internal.support.OwnVariables;
import io.resque.launcher.internal.support.ProcessTitle;
import io.resque.launcher.internal.support.PublicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts children, connects to them and has them load the modules. Thread-safe. */
final class ChildStarter implements ClassArchive.Maker {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.JOB_EXECUTOR);

    private static final long KILL_SECONDS = 2;

    /** A child that has closed its connection ends within this time, also on a busy machine. */
    private static final long CLOSED_SECONDS = 10;

    private final ChildOptions options;
    private final byte[] setup;
    private final ClassArchive archive;
    /** The class path and the main class, as arguments of {@code java}. */
    private final List<String> mainClass;

    private volatile boolean pipes;

    /**
     * Starts none yet.
     *
     * @throws io.resque.api.ConfigurationException if no child can load its main class from the class path
     */
    ChildStarter(ChildOptions options, ChildSetup setup) {
        this.options = options;
        this.setup = setup.frame();
        this.mainClass = ChildClassPath.arguments(options.classPath(), options.javaOptions());
        this.archive = ClassArchive.of(options, mainClass.get(0).equals("-cp"));
        this.pipes = options.pipes() && ChildPipes.areHere(environment(new HashMap<>(System.getenv())));
    }

    /** Starts a child and waits until it is ready for a job. */
    ChildProcess start() throws ChildStartException, InterruptedException {
        ClassArchive.Use use = archive.use();
        try {
            return start(use);
        } catch (ChildStartException e) {
            if (ExitText.isCrash(e.status) && archive.refuse(use)) {
                return start(archive.use());
            }
            throw e;
        }
    }

    boolean lacksArchive() {
        return archive.isMissing();
    }

    /** Makes the archive of classes if there is none yet. */
    void makeArchive() throws InterruptedException {
        archive.make(this);
    }

    /** Ends a child that has run its jobs, and learns from it which classes belong into the archive. */
    void learnFrom(ChildProcess child) throws InterruptedException {
        if (child.halt() && child.list != null) {
            archive.learn(child.list);
        }
    }

    @Override
    public void alone(ClassArchive.Use use, int status) throws IOException, InterruptedException {
        Process process = builder(use)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.getOutputStream().close();
            if (!process.waitFor(options.startTimeout().toNanos() * 2, TimeUnit.NANOSECONDS)
                    || process.exitValue() != status) {
                throw new IOException("A JVM that was to make or try the archive of classes failed");
            }
        } finally {
            ChildProcess.kill(process);
        }
    }

    @Override
    public void rehearse(ClassArchive.Use use) throws ChildStartException, InterruptedException, IOException {
        ChildProcess child = start(use);
        try {
            child.channel.send(TreeWriter.frame(FrameType.REHEARSE, null), FrameChannel.FOREVER);
            if (!child.process.waitFor(options.startTimeout().toNanos() * 2, TimeUnit.NANOSECONDS)) {
                throw new ChildStartException(ExitText.who(child) + " did not end its rehearsal");
            }
        } finally {
            child.end();
            child.process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private ChildProcess start(ClassArchive.Use use) throws ChildStartException, InterruptedException {
        try {
            if (pipes) {
                try {
                    return start(use, null);
                } catch (ChildStartException e) {
                    if (e.status != ChildMain.NO_WORKER) {
                        throw e;
                    }
                    LOG.debug("The pipes of a child process cannot be opened here; children get a socket", e);
                    pipes = false;
                }
            }
            try (ChildSocket socket = ChildSocket.open()) {
                return start(use, socket);
            }
        } catch (IOException e) {
            throw new ChildStartException(
                    "No child process can be started: " + e.getMessage()
                            + "; look at the executor's java, and at the folder for temporary files",
                    e);
        }
    }

    private ChildProcess start(ClassArchive.Use use, @Nullable ChildSocket socket)
            throws IOException, ChildStartException, InterruptedException {
        ProcessBuilder builder = builder(use).redirectErrorStream(socket != null);
        if (socket == null) {
            builder.command().add(StreamFrames.PIPES);
            ChildPipes.prepare(builder);
        }
        builder.command().add(title());
        Process process = builder.start();
        ChildOutput output =
                new ChildOutput(process, socket == null ? process.getErrorStream() : process.getInputStream());
        boolean ready = false;
        try {
            long until = System.nanoTime() + options.startTimeout().toNanos();
            FrameChannel channel = socket == null ? new PipeFrames(process) : socket.accept(process, until);
            if (channel != null) {
                ready = setUp(channel, until);
                if (ready) {
                    return new ChildProcess(process, channel, output, use.list());
                }
            }
            throw notReady(process, output, until);
        } finally {
            if (!ready) {
                ChildProcess.kill(process);
                process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
                if (use.list() != null) {
                    Files.deleteIfExists(use.list());
                }
            }
        }
    }

    /** Changes the environment of this process to that of a child. */
    private Map<String, String> environment(Map<String, String> environment) {
        OwnVariables.removeFrom(environment);
        environment.keySet().removeAll(options.withoutEnvironment());
        JavaOptions.keepForMany(environment);
        return environment;
    }

    /** A process with the command line and the environment of a child. */
    private ProcessBuilder builder(ClassArchive.Use use) {
        List<String> command = new ArrayList<>();
        ProcessBuilder builder = new ProcessBuilder(command);
        environment(builder.environment());
        command.add(options.java().toString());
        command.addAll(JavaOptions.ofChildren(options, builder.environment()));
        command.addAll(use.options());
        command.addAll(options.javaOptions());
        List<String> main = new ArrayList<>(mainClass);
        main.set(main.indexOf("-cp") + 1, use.classPath());
        command.addAll(main);
        return builder;
    }

    /** A Ruby worker on the same machine finds the child in {@code ps} by this text. */
    private static String title() {
        return ProcessTitle.PREFIX + "job";
    }

    private static long in(long seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    private static @Nullable Frame receive(FrameChannel channel, long until) throws IOException, InterruptedException {
        Frame frame = channel.receive(until);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return frame;
    }

    /** Has the child load the modules. False if it ended or did not answer in time. */
    private boolean setUp(FrameChannel channel, long until)
            throws IOException, ChildStartException, InterruptedException {
        boolean ready = false;
        try {
            channel.send(setup, until);
            Frame answer = receive(channel, until);
            if (answer != null && answer.type == FrameType.READY) {
                Object trouble = answer.value();
                if (trouble != null) {
                    throw new ChildStartException("A child process cannot run the jobs: " + trouble);
                }
                ready = true;
            }
            return ready;
        } catch (IOException e) {
            return false;
        } finally {
            if (!ready) {
                channel.close();
            }
        }
    }

    private ChildStartException notReady(Process process, ChildOutput output, long until) throws InterruptedException {
        boolean ended = process.waitFor(Math.min(until, in(CLOSED_SECONDS)) - System.nanoTime(), TimeUnit.NANOSECONDS);
        String how = ended
                ? ExitText.ended(process.exitValue()) + " before it was ready"
                : "was not ready within " + options.startTimeout().toMillis() + " ms, and was killed";
        ChildProcess.kill(process);
        String last = output.last();
        String message = "A child process " + how + "; "
                + (last.isEmpty() ? "it printed nothing" : "the last it printed:\n" + last)
                + "\nLook at the executor's java, javaOptions and classPath, and at "
                + String.join(", ", JavaOptions.VARIABLES);
        return new ChildStartException(message, ended ? process.exitValue() : 0);
    }
}
