package io.resque.launcher;

import io.resque.api.BackendException;
import io.resque.api.ResqueException;
import io.resque.api.spi.JsonRules;
import io.resque.launcher.internal.process.WorkerEnd;
import io.resque.launcher.internal.process.WorkerRun;
import io.resque.launcher.internal.support.ThrownText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The worker as a process, as {@code QUEUE=… bin/resque} starts it: it obeys Ruby's signals, and shows in {@code ps}
 * what it does.
 */
public final class WorkerProcess {
    private WorkerProcess() {}

    /**
     * Works as the environment of this process says, and ends the JVM: with 0 after a signal, or under {@code INTERVAL=0} when no
     * job is left; with 2 if the environment says something that cannot be done; with 3 if Redis does not answer at the start.
     * {@code bin/resque} starts this.
     *
     * @param args what {@code ps} shows until the worker says more; nothing else is read from them
     */
    public static void main(String[] args) {
        int status = WorkerEnd.Known.FAULT.status();
        Environment environment = new Environment(System.getenv());
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        try {
            status = run(environment);
        } catch (ResqueException e) {
            err.println(JsonRules.onOneLine(environment.explain(e)));
            WorkerEnd end = e instanceof BackendException ? WorkerEnd.Known.NO_REDIS : WorkerEnd.Known.CONFIGURATION;
            status = end.status();
        } catch (Throwable e) {
            ThrownText.print(e);
        }
        System.exit(status);
    }

    /**
     * Works until it is told to stop, or under {@code INTERVAL=0} until no job is left. With {@code COUNT} it starts and watches
     * processes that do so. It takes over this process: its signals, its title and, if {@code bin/resque} started it, its standard
     * input.
     *
     * @param environment what to do: php-resque's and Ruby's variables, see docs/operations.md
     * @return the status for {@link System#exit}: 0 after a signal, or when no job is left
     * @throws io.resque.api.ConfigurationException if the environment says something that cannot be done
     * @throws io.resque.api.BackendException if Redis does not answer at the start
     */
    public static int run(Environment environment) {
        try {
            return WorkerRun.of(environment.variables()).status();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts this thread", e);
        }
    }
}
