package io.resque.cli;

import io.resque.api.ConfigurationException;
import io.resque.api.Finding;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = {
            "Looks for faults, such as dead workers and payloads that nobody can read.",
            "The status is 0 if jobs can be worked on this Redis, whatever else was found; 1 if they cannot, as on a"
                    + " replica; 2 for a mistake in options or variables; 3 if Redis does not answer."
        })
final class DoctorCommand extends ResqueCommand {
    @Option(
            names = "--remove-lost-statuses",
            description = "removes the statuses of jobs that are in no queue and that no worker has")
    private boolean removeLost;

    @Option(
            names = "--older-than",
            paramLabel = "SECONDS",
            description = "leaves out statuses that are younger than this; at least 60, by default 3600")
    private long olderThan = 3_600;

    @Option(names = "--strict", description = "the status is 1 if anything is wrong, a failure record too")
    private boolean strict;

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        if (olderThan < 60) {
            throw new ConfigurationException("--older-than must be at least 60 seconds, was " + olderThan
                    + ": a status and its job are not written at once");
        }
        Duration age = Duration.ofSeconds(olderThan);
        List<Finding> findings =
                removeLost ? resque.repair(age) : resque.inspector().diagnose(age);
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
        List<List<String>> rows = new ArrayList<>();
        findings.forEach(finding ->
                rows.add(List.of(finding.isFine() ? "ok" : "!!", finding.check().toString(), finding.text())));
        console.table(rows);
    }

    private static Map<String, Object> tree(Finding finding) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("ok", finding.isFine());
        tree.put("check", finding.check().toString());
        tree.put("text", finding.text());
        return tree;
    }
}
