package io.resque.spring.boot;

import io.resque.api.ConfigurationException;
import io.resque.api.Job;
import io.resque.api.JobType;
import io.resque.api.Retry;
import io.resque.api.TypedJob;
import io.resque.api.Unique;
import io.resque.core.Schedule;
import io.resque.core.WorkerBuilder;
import io.resque.spring.boot.RecurringPlan.Entry;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/** Finds the jobs of the application by their annotations, and refuses a job that cannot work. */
final class AnnotatedJobs {
    private final ConfigurableListableBeanFactory beans;
    private final Map<String, JobPlace> jobs = new LinkedHashMap<>();
    private final List<Entry> recurring = new ArrayList<>();

    AnnotatedJobs(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
        for (String name : beans.getBeanNamesForAnnotation(ResqueJob.class)) {
            if (!ScopedProxyUtils.isScopedTarget(name)) {
                addBean(name);
            }
        }
        for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
            Class<?> type =
                    ScopedProxyUtils.isScopedTarget(name) ? null : AutoProxyUtils.determineTargetClass(beans, name);
            if (type != null && AnnotationUtils.isCandidateClass(type, ResqueJob.class)) {
                addMethods(name, type);
            }
        }
    }

    List<JobPlace> jobs() {
        return List.copyOf(jobs.values());
    }

    /** The queues that jobs name, sorted. */
    List<String> queues() {
        return jobs.values().stream()
                .map(JobPlace::queue)
                .filter(queue -> !queue.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    List<Entry> recurring() {
        return recurring;
    }

    private void addBean(String beanName) {
        ResqueJob job = Objects.requireNonNull(beans.findAnnotationOnBean(beanName, ResqueJob.class));
        Class<?> type = Objects.requireNonNullElse(AutoProxyUtils.determineTargetClass(beans, beanName), Object.class);
        String place = "the bean " + beanName + " of " + type.getName();
        UnaryOperator<Job> typed = UnaryOperator.identity();
        if (TypedJob.class.isAssignableFrom(type)) {
            JobType<?> arguments = arguments(text(job.value()), type, place);
            typed = bean -> bound(arguments, bean);
        } else if (!Job.class.isAssignableFrom(type)) {
            throw new ConfigurationException("@ResqueJob(\"" + job.value() + "\") is on " + place
                    + ", which is no io.resque.api.Job; implement that, or write the annotation on a method");
        } else if (!beans.isPrototype(beanName)) {
            throw new ConfigurationException("@ResqueJob(\"" + job.value() + "\") is on " + place
                    + ", which all runs would share: add @Scope(\"prototype\")");
        }
        UnaryOperator<Job> binding = typed;
        String name = text(job.value());
        add(
                job,
                place,
                builder -> builder.register(name, () -> new BeanRun(beans, beanName, binding)),
                beans.findAnnotationOnBean(beanName, ResqueRecurring.class));
    }

    private static JobType<?> arguments(String name, Class<?> type, String place) {
        Class<?> arguments =
                ResolvableType.forClass(type).as(TypedJob.class).getGeneric().resolve();
        if (arguments == null || !arguments.isRecord()) {
            throw new ConfigurationException("@ResqueJob(\"" + name + "\") is on " + place
                    + ", a TypedJob of no record; let it implement TypedJob of a record, or Job");
        }
        return JobType.of(name, "any", arguments.asSubclass(Record.class));
    }

    @SuppressWarnings("unchecked") // the bean said so by its class
    private static <A> Job bound(JobType<A> type, Job bean) {
        return TypedJob.bound(type, (TypedJob<A>) bean);
    }

    private void addMethods(String beanName, Class<?> type) {
        Map<Method, ResqueJob> found =
                MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<ResqueJob>)
                        method -> AnnotatedElementUtils.hasAnnotation(method, Bean.class)
                                ? null
                                : AnnotatedElementUtils.findMergedAnnotation(method, ResqueJob.class));
        found.forEach((method, job) -> {
            String place = "the method " + method.getName() + " of " + type.getName();
            Method callable = AopUtils.selectInvocableMethod(method, beans.getType(beanName));
            MethodRun run = new MethodRun(beans, beanName, callable, place);
            add(
                    job,
                    place,
                    builder -> builder.register(text(job.value()), () -> run),
                    AnnotatedElementUtils.findMergedAnnotation(method, ResqueRecurring.class));
        });
    }

    private void add(ResqueJob job, String place, Consumer<WorkerBuilder> code, @Nullable ResqueRecurring again) {
        String name = text(job.value());
        if (name.isBlank()) {
            throw new ConfigurationException(
                    "@ResqueJob on " + place + " has no name; give it one, such as \"WelcomeMail\"");
        }
        String queue = text(job.queue());
        JobPlace other = jobs.putIfAbsent(name, new JobPlace(name, queue, place, code, retry(job, place), unique(job)));
        if (other != null) {
            throw new ConfigurationException("The job \"" + name + "\" is there twice: " + other.place() + " and "
                    + place + "; give one of them another name");
        }
        if (again != null) {
            recurring.add(entry(again, name, queue, place));
        }
    }

    private @Nullable Retry retry(ResqueJob job, String place) {
        if (job.retries() == 0) {
            if (job.retryDelays().length > 0) {
                throw new ConfigurationException(
                        "@ResqueJob on " + place
                                + " has retryDelays, and no retries; say how many times the job is run again, such as retries = 3");
            }
            return null;
        }
        Retry retry = Retry.limit(job.retries());
        List<Duration> delays =
                Arrays.stream(job.retryDelays()).map(this::duration).toList();
        return delays.isEmpty()
                ? retry
                : retry.delays(delays.get(0), delays.subList(1, delays.size()).toArray(Duration[]::new));
    }

    private @Nullable Unique unique(ResqueJob job) {
        return job.uniqueWhileRunning().isEmpty() ? null : Unique.whileRunning(duration(job.uniqueWhileRunning()));
    }

    private Entry entry(ResqueRecurring again, String job, String queue, String place) {
        if (queue.isEmpty()) {
            throw new ConfigurationException("@ResqueRecurring on " + place
                    + " needs a queue for its jobs: @ResqueJob(value = \"" + job + "\", queue = …)");
        }
        Schedule schedule = RecurringPlan.schedule(
                text(again.cron()), text(again.zone()), text(again.every()), "@ResqueRecurring on " + place);
        String name = text(again.name());
        return new Entry(name.isEmpty() ? job : name, schedule, queue, job, List.of());
    }

    private Duration duration(String text) {
        return DurationStyle.detectAndParse(text(text));
    }

    private String text(String raw) {
        return Objects.requireNonNullElse(beans.resolveEmbeddedValue(raw), "");
    }
}
