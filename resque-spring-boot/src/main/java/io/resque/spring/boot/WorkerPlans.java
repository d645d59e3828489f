package io.resque.spring.boot;

import io.resque.api.ConfigurationException;
import io.resque.api.JobModule;
import io.resque.core.Resque;
import io.resque.core.WorkerBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;

/** Which workers there are, and how each is built. */
final class WorkerPlans {
    private static final String STOP_TIMEOUT = "25s";

    private final ResqueProperties properties;
    private final ObjectProvider<AnnotatedJobs> annotated;
    private final ObjectProvider<JobModule> modules;
    private final ObjectProvider<WorkerBuilderCustomizer> customizers;
    private final boolean virtualThreads;

    WorkerPlans(
            ResqueProperties properties,
            ObjectProvider<AnnotatedJobs> annotated,
            ObjectProvider<JobModule> modules,
            ObjectProvider<WorkerBuilderCustomizer> customizers,
            boolean virtualThreads) {
        this.properties = properties;
        this.annotated = annotated;
        this.modules = modules;
        this.customizers = customizers;
        this.virtualThreads = virtualThreads;
    }

    boolean isAutoStartup() {
        return !Boolean.FALSE.equals(properties.worker().autoStartup());
    }

    /** New builders by the names of their workers; none if this application has no job. */
    Map<String, WorkerBuilder> builders(Resque resque) {
        Map<String, WorkerBuilder> builders = new LinkedHashMap<>();
        Boolean enabled = properties.worker().enabled();
        boolean isWanted = enabled == null
                ? !annotated.getObject().jobs().isEmpty()
                        || modules.stream().findAny().isPresent()
                : enabled;
        if (isWanted && properties.workers().isEmpty()) {
            builders.put("worker", builder(resque, "worker", Map.of()));
        } else if (isWanted) {
            properties.workers().forEach((name, worker) -> {
                if (!Boolean.FALSE.equals(worker.enabled())) {
                    builders.put(name, builder(resque, name, worker.settings()));
                }
            });
        }
        return builders;
    }

    private WorkerBuilder builder(Resque resque, String name, Map<String, String> own) {
        AnnotatedJobs jobs = annotated.getObject();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("start", "wait");
        settings.put("stop-timeout", STOP_TIMEOUT);
        settings.put("virtual-threads", Boolean.toString(virtualThreads));
        settings.put("queues", String.join(",", jobs.queues()));
        settings.putAll(properties.worker().settings());
        settings.putAll(own);
        if (settings.get("queues").isBlank()) {
            throw new ConfigurationException("The worker \"" + name
                    + "\" has no queues; set resque.worker.queues, such as critical,mail, or name the queue of a job:"
                    + " @ResqueJob(value = \"WelcomeMail\", queue = \"mail\")");
        }
        WorkerBuilder builder = resque.workerBuilder(settings);
        jobs.jobs().forEach(job -> job.register(builder));
        modules.orderedStream().forEach(builder::module);
        customizers.orderedStream().forEach(customizer -> customizer.customize(name, builder));
        return builder;
    }
}
