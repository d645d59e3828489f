package io.resque.launcher;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.Map;

/** A job that prints the environment of its JVM. */
public final class PlaceJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Place", () -> context -> {
            Map<String, Object> place = new LinkedHashMap<>();
            place.put("text", "größe " + context.args().get(0, String.class));
            place.put("charset", Charset.defaultCharset());
            place.put("temporary", System.getProperty("java.io.tmpdir"));
            place.put(
                    "collector",
                    ManagementFactory.getGarbageCollectorMXBeans().get(0).getName());
            place.put("options", System.getenv("JAVA_TOOL_OPTIONS"));
            place.forEach((name, value) -> System.out.println(name + "=" + value));
        });
    }
}
