package io.resque.launcher.internal.process;

import io.resque.launcher.internal.support.OwnVariables;
import java.util.OptionalLong;

/**
 * Which part this process has: a worker alone, one of several workers, or the process that starts them.
 *
 * @param launcher the pid of the shell that has started this process and passes signals on; empty if there is none
 * @param isSupervised whether this is one of several workers
 * @param holdsOptions whether {@code bin/resque} has kept the operator's Java options from this JVM, for the workers that it starts
 */
record ProcessRole(OptionalLong launcher, boolean isSupervised, boolean holdsOptions) {
    /** Prefix of the variables in which {@code bin/resque} keeps the Java options of the operator. */
    static final String HELD = "RESQUE_HELD_";

    /** A property of the JVM of each of several workers. */
    static final String SUPERVISED = "resque.supervised";

    /** The role of this process. */
    static ProcessRole of(EnvironmentReader environment) {
        // A property and not a parent's pid: the supervisor may have ended already, and a program that a job starts
        // does not inherit it.
        return new ProcessRole(launcher(environment), Boolean.getBoolean(SUPERVISED), environment.hasAny(HELD));
    }

    /** Whether signals also come as lines on standard input. */
    boolean readsStandardInput() {
        return launcher.isPresent() || isSupervised;
    }

    /** A program that a job starts inherits the variable, but not the parent. */
    private static OptionalLong launcher(EnvironmentReader environment) {
        String pid = environment.get(OwnVariables.LAUNCHER, "");
        boolean isParent = ProcessHandle.current()
                .parent()
                .map(parent -> Long.toString(parent.pid()).equals(pid))
                .orElse(false);
        return isParent ? OptionalLong.of(Long.parseLong(pid)) : OptionalLong.empty();
    }
}
