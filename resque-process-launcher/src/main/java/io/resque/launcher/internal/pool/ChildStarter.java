package io.resque.launcher.internal.pool;

import io.resque.launcher.internal.frame.Frame;
import io.resque.launcher.internal.frame.FrameChannel;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.ParentAddress;
import io.resque.launcher.internal.frame.TreeWriter;
import io.resque.launcher.internal.support.OwnVariables;
import io.resque.launcher.internal.support.ProcessTitle;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts children, connects to them and has them load the modules. Thread-safe. */
final class ChildStarter {
    /** A process that connects must send the token within this time, and in so few bytes; it may be a stranger. */
    private static final long HELLO_SECONDS = 5;

    private static final long KILL_SECONDS = 2;

    private static final int MAX_HELLO = 256;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final ChildOptions options;
    private final byte[] setup;
    private final ClassArchive archive;
    private final List<String> mainClass;

    /**
     * Starts none yet.
     *
     * @throws io.resque.api.ConfigurationException if no child can load its main class from the class path
     */
    ChildStarter(ChildOptions options, ChildSetup setup, ClassArchive archive) {
        this.options = options;
        this.setup = setup.frame();
        this.archive = archive;
        this.mainClass = ChildClassPath.arguments(options.classPath(), options.javaOptions());
    }

    /** Starts a child and waits until it is ready for a job. */
    ChildProcess start() throws ChildStartException, InterruptedException {
        return start(archive.options());
    }

    /** Starts a child that writes the archive when it exits, and waits for that. */
    void rehearse(List<String> archiveOptions) throws ChildStartException, InterruptedException, IOException {
        ChildProcess child = start(archiveOptions);
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

    private ChildProcess start(List<String> archiveOptions) throws ChildStartException, InterruptedException {
        try (SocketFolder folder = SocketFolder.create()) {
            return start(folder.socket, archiveOptions);
        } catch (IOException e) {
            throw new ChildStartException(
                    "No child process can be started: " + e.getMessage()
                            + "; look at the executor's java, and at the folder for temporary files",
                    e);
        }
    }

    private ChildProcess start(Path socket, List<String> archiveOptions)
            throws IOException, ChildStartException, InterruptedException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        ParentAddress address =
                new ParentAddress(socket.toString(), HexFormat.of().formatHex(random));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Process process = launch(archiveOptions);
            address.write(process.getOutputStream());
            ChildOutput output = new ChildOutput(process);
            boolean ready = false;
            try {
                long until = System.nanoTime() + options.startTimeout().toNanos();
                FrameChannel channel = accept(server, process, address.token, until);
                if (channel != null) {
                    ready = setUp(channel, until);
                    if (ready) {
                        return new ChildProcess(process, channel, output);
                    }
                }
                throw notReady(process, output, until);
            } finally {
                if (!ready) {
                    ChildProcess.kill(process);
                    process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
                }
            }
        }
    }

    private Process launch(List<String> archiveOptions) throws IOException {
        List<String> command = new ArrayList<>();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        OwnVariables.removeFrom(builder.environment());
        builder.environment().keySet().removeAll(options.withoutEnvironment());
        JavaOptions.keepForMany(builder.environment());
        command.add(options.java().toString());
        command.addAll(JavaOptions.ofChildren(options.javaOptions(), builder.environment()));
        command.addAll(archiveOptions);
        command.addAll(options.javaOptions());
        command.addAll(mainClass);
        command.add(title());
        return builder.start();
    }

    /** A Ruby worker on the same machine finds the child in {@code ps} by this text. */
    private static String title() {
        return ProcessTitle.PREFIX + "job";
    }

    /** Waits for the connection of the child. Null if the child ended or the time is over. */
    private static @Nullable FrameChannel accept(ServerSocketChannel server, Process process, String token, long until)
            throws IOException, InterruptedException {
        server.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            process.onExit().thenRun(selector::wakeup);
            while (process.isAlive() && System.nanoTime() - until < 0) {
                SocketChannel connection = server.accept();
                if (connection == null) {
                    selector.select(TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()) + 1);
                    selector.selectedKeys().clear();
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    continue;
                }
                FrameChannel channel = new FrameChannel(connection, MAX_HELLO);
                if (saysHello(channel, token, Math.min(until, in(HELLO_SECONDS)))) {
                    channel.allow(TreeWriter.MAX_BODY);
                    return channel;
                }
            }
            return null;
        }
    }

    private static long in(long seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Whether the token arrives in time. Otherwise the connection is closed. */
    private static boolean saysHello(FrameChannel channel, String token, long until)
            throws IOException, InterruptedException {
        boolean known = false;
        try {
            Frame hello = receive(channel, until);
            known = hello != null && hello.type == FrameType.HELLO && token.equals(hello.value());
            return known;
        } catch (IOException e) {
            return false;
        } finally {
            if (!known) {
                channel.close();
            }
        }
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
        // A child that has closed its connection is about to end.
        boolean ended = process.waitFor(Math.min(until, in(1)) - System.nanoTime(), TimeUnit.NANOSECONDS);
        String how = ended
                ? ExitText.ended(process.exitValue()) + " before it was ready"
                : "was not ready within " + options.startTimeout().toMillis() + " ms, and was killed";
        ChildProcess.kill(process);
        String last = output.last();
        return new ChildStartException("A child process " + how + "; "
                + (last.isEmpty() ? "it printed nothing" : "the last it printed:\n" + last)
                + "\nLook at the executor's java, javaOptions and classPath, and at "
                + String.join(", ", JavaOptions.VARIABLES));
    }
}
