package io.resque.cli;

import io.resque.api.Finding;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.core.ServerTrial;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = {
            "Looks for faults, such as dead workers and payloads that nobody can read.",
            "The status is 0 if jobs can be worked on this Redis, whatever else was found; 1 if they cannot, as on a"
                    + " replica; 2 for a mistake in options or variables; 3 if Redis does not answer."
        },
        footer = {
            "  resque doctor --strict",
            "  resque doctor --older-than 86400 --remove-lost-statuses",
            "  resque doctor --server"
        })
final class DoctorCommand extends ResqueCommand {
    private static final long MOST_SECONDS = Duration.ofDays(36_500).toSeconds();

    @Option(
            names = "--remove-lost-statuses",
            description = "removes the statuses of jobs that are in no queue and that no worker has, and mends what"
                    + " other libraries have left of delayed jobs")
    private boolean removeLost;

    @Option(
            names = "--older-than",
            paramLabel = "SECONDS",
            description = "leaves out statuses that are younger than this; at least 60, by default 3600")
    private String olderThan = "3600";

    @Option(names = "--strict", description = "the status is 1 if anything is wrong, a failure record too")
    private boolean strict;

    @Option(
            names = "--server",
            description =
                    "tries instead all that this library does on a Redis, in a namespace of its own, which is removed afterwards:"
                            + " for a Redis that lacks commands or has renamed them")
    private boolean server;

    private @Nullable ResqueBuilder settings;

    @Override
    void prepare(ResqueBuilder builder) {
        settings = builder;
    }

    @Override
    void check() {
        if (!Numbers.isWhole(olderThan, MOST_SECONDS) || Long.parseLong(olderThan) < 60) {
            throw mistake("--older-than must be a whole number of at least 60 seconds, was " + Numbers.shown(olderThan)
                    + ": a status and its job are not written at once");
        }
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) throws InterruptedException {
        if (server) {
            console.does(() -> "Trying what this library does on a Redis");
            return end(ServerTrial.run(Objects.requireNonNull(settings)), console);
        }
        Duration age = Duration.ofSeconds(Long.parseLong(olderThan));
        console.does(() -> "Looking at queues, workers and statuses");
        List<Finding> findings =
                removeLost ? resque.repair(age) : resque.inspector().diagnose(age);
        return end(findings, console);
    }

    private int end(List<Finding> findings, Console console) {
        print(findings, console);
        boolean ill = findings.stream()
                .anyMatch(finding -> strict ? !finding.isFine() : finding.severity() == Finding.Severity.HOPELESS);
        return ill ? ExitStatus.NO : ExitStatus.OK;
    }

    private static void print(List<Finding> findings, Console console) {
        if (console.isJson()) {
            console.json(findings.stream().map(DoctorCommand::tree).toList());
            return;
        }
        Table table = Table.withoutNames().wrap();
        findings.forEach(finding ->
                table.row(finding.isFine() ? "ok" : "!!", finding.check().toString(), finding.text()));
        console.table(table);
    }

    private static Map<String, Object> tree(Finding finding) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("ok", finding.isFine());
        tree.put("check", finding.check().toString());
        tree.put("text", finding.text());
        return tree;
    }
}
