package io.resque.cli;

import picocli.CommandLine.Command;

@Command(
        name = "resume",
        description = {
            "Tells paused workers to take jobs again: all of the namespace, or those of one process of this machine.",
            "--all removes pause-all-workers. A worker gets the signal CONT."
        },
        footer = {"  resque resume --all", "  resque resume web1-jvm:4711:mail"})
final class ResumeCommand extends PauseCommand {
    @Override
    boolean pauses() {
        return false;
    }
}
