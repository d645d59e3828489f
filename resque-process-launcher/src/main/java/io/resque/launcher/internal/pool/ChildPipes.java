package io.resque.launcher.internal.pool;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Gives a child two pipes beside its standard streams, as descriptors 3 and 4, which Java cannot do. The shell between moves them there:
 * from its input and output, and gives the child an empty input, and the pipe of errors for all output. Java closes these descriptors in
 * the processes that a job starts.
 */
final class ChildPipes {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final String MOVE = "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >&2";

    private ChildPipes() {}

    /** Whether children can have pipes here. A shell would lose variables whose names are none for it. */
    static boolean areHere(Map<String, String> environment) {
        return Files.isExecutable(SHELL)
                && Files.exists(Path.of("/dev/fd"))
                && environment.keySet().stream().allMatch(ChildPipes::isKept);
    }

    private static boolean isKept(String name) {
        return name.matches("[A-Za-z_][A-Za-z_0-9]*")
                && !List.of("IFS", "OPTIND", "PPID").contains(name);
    }

    /** Puts the shell before the command. The pipes are the input and the output of the process that starts. */
    static void prepare(ProcessBuilder builder) {
        List<String> command = new ArrayList<>(List.of(SHELL.toString(), "-c", MOVE));
        command.addAll(builder.command());
        builder.command(command);
    }
}
