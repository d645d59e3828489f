package io.resque.benchmarks;

import com.google.gson.Gson;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** The jobs of {@link ChildrenBenchmark}: one that does nothing, and one that loads what many applications load. */
public final class ChildJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register(ChildrenBenchmark.NOTHING, () -> context -> {});
        jobs.register(ChildrenBenchmark.LIBRARIES, () -> ChildJobs::load);
    }

    private static void load(JobContext context) {
        String text = new Gson().toJson(Map.of("name", String.format("%05d %s", 17, "a job")));
        boolean found = Pattern.compile("\"(\\w+)\":\"([^\"]+)\"").matcher(text).find();
        LoggerFactory.getLogger(ChildJobs.class).info("{} {}", text, found);
    }
}
