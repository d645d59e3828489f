package io.resque.cli;

import io.resque.api.JobMatch;
import io.resque.api.spi.JobSerializer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command whose parameters behind the action say which delayed jobs are meant. */
abstract class DelayedJobsCommand extends ResqueCommand {
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "CLASS",
            description = "only jobs of this class; an action that changes jobs needs it")
    @Nullable
    String jobClass;

    @Parameters(index = "2..*", paramLabel = "JSON", description = "only jobs with exactly these arguments")
    private List<String> args = List.of();

    /** As of failed, where a class is one of several conditions. */
    @Option(names = "--class", paramLabel = "CLASS", hidden = true)
    private @Nullable String classOption;

    @Option(names = "--id", paramLabel = "ID", description = "only the job of this id or token")
    @Nullable
    String id;

    /**
     * Refuses mistakes.
     *
     * @param all how all jobs are removed
     */
    final void check(String action, boolean changes, String all) {
        String command = "resque " + Objects.requireNonNull(spec).name() + " ";
        if (classOption != null) {
            throw mistake("The class needs no option: " + command + action + " " + classOption);
        }
        if (changes && jobClass == null) {
            throw mistake("Name the class of the jobs: " + command + action + " CLASS" + all);
        }
        if (!changes && jobClass == null && id != null) {
            throw mistake("Name the class of the job with the id, too: " + command + "list CLASS --id " + id);
        }
    }

    @Override
    final boolean looks() {
        return true;
    }

    /** What these jobs match; null for all jobs. */
    @Nullable
    final JobMatch match(JobSerializer serializer) {
        if (jobClass == null) {
            return null;
        }
        JobMatch match = JobMatch.of(jobClass);
        if (id != null) {
            match = match.withId(id);
        }
        return args.isEmpty()
                ? match
                : match.withArgs(Console.parse(serializer, args).toArray());
    }
}
