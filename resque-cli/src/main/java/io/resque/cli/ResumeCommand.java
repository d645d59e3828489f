package io.resque.cli;

import picocli.CommandLine.Command;

@Command(
        name = "resume",
        description = {
            "Ends a pause: of one queue, of all workers of the namespace, or of those of one process of this machine.",
            "--all removes pause-all-workers. A worker gets the signal CONT."
        },
        footer = {"  resque resume mail", "  resque resume --all", "  resque resume web1-jvm:4711:mail"})
final class ResumeCommand extends PauseCommand {
    @Override
    boolean pauses() {
        return false;
    }
}
