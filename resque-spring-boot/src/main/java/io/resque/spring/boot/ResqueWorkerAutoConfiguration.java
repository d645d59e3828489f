package io.resque.spring.boot;

import io.resque.api.JobModule;
import io.resque.core.Resque;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/** Makes the workers, and writes the recurring jobs. */
@AutoConfiguration(after = ResqueAutoConfiguration.class)
@ConditionalOnSingleCandidate(Resque.class)
@ConditionalOnBooleanProperty(name = "resque.worker.enabled", matchIfMissing = true)
final class ResqueWorkerAutoConfiguration {
    /** Lazy, since it looks at all beans: nobody asks for it before all of them are made. */
    @Bean
    @Lazy
    AnnotatedJobs resqueAnnotatedJobs(ConfigurableListableBeanFactory beans) {
        return new AnnotatedJobs(beans);
    }

    /** Refuses wrong jobs before anything starts. */
    @Bean
    SmartInitializingSingleton resqueJobCheck(ObjectProvider<AnnotatedJobs> jobs) {
        return jobs::getObject;
    }

    @Bean
    @ConditionalOnMissingBean
    ResqueWorkers resqueWorkers(
            Resque resque,
            ResqueProperties properties,
            ObjectProvider<AnnotatedJobs> jobs,
            ObjectProvider<JobModule> modules,
            ObjectProvider<WorkerBuilderCustomizer> customizers,
            Environment environment) {
        boolean virtualThreads = Threading.VIRTUAL.isActive(environment);
        return new ResqueWorkers(resque, new WorkerPlans(properties, jobs, modules, customizers, virtualThreads));
    }

    @Bean
    RecurringPlan resqueRecurringPlan(Resque resque, ResqueProperties properties, ObjectProvider<AnnotatedJobs> jobs) {
        List<RecurringPlan.Entry> written = RecurringPlan.entries(properties.recurring());
        return new RecurringPlan(resque, () -> {
            List<RecurringPlan.Entry> all = new ArrayList<>(written);
            all.addAll(jobs.getObject().recurring());
            return all;
        });
    }
}
