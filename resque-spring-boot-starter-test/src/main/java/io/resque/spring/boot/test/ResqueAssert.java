package io.resque.spring.boot.test;

import io.resque.api.QueuedJob;
import io.resque.core.Resque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * Says what was enqueued and waits: {@code assertThat(resque).hasEnqueued("WelcomeMail").on("mail").with(42, "Chris")}. Each method
 * narrows the jobs of the one before, and fails if none is left; the message lists the jobs that wait. Delayed jobs are not among them.
 */
public final class ResqueAssert extends AbstractAssert<ResqueAssert, Resque> {
    private static final int MOST = 10_000;

    private final List<QueuedJob> jobs;
    private final String wanted;

    private ResqueAssert(Resque actual, List<QueuedJob> jobs, String wanted) {
        super(actual, ResqueAssert.class);
        this.jobs = jobs;
        this.wanted = wanted;
    }

    /**
     * Begins.
     *
     * @param resque is read once, now
     * @return assertions about the jobs that wait in its queues
     */
    public static ResqueAssert assertThat(Resque resque) {
        List<QueuedJob> jobs = new ArrayList<>();
        resque.inspector()
                .queues()
                .keySet()
                .forEach(queue -> jobs.addAll(resque.inspector().peek(queue, 0, MOST)));
        return new ResqueAssert(resque, jobs, "a job");
    }

    /**
     * A job of this class waits.
     *
     * @param jobClass its name in the payload
     * @return assertions about the jobs of this class
     */
    public ResqueAssert hasEnqueued(String jobClass) {
        return narrowed(job -> job.jobClass().equals(jobClass), "a job " + jobClass);
    }

    /**
     * One of them waits in this queue.
     *
     * @param queue its name
     * @return assertions about those
     */
    public ResqueAssert on(String queue) {
        return narrowed(job -> job.queue().equals(queue), wanted + " on " + queue);
    }

    /**
     * One of them has these arguments, as JSON: {@code 42} equals {@code 42L}.
     *
     * @param args the arguments, as for {@code enqueue}
     * @return assertions about those
     */
    public ResqueAssert with(@Nullable Object... args) {
        List<@Nullable Object> sent = plain(args);
        return narrowed(job -> job.args().equals(sent), wanted + " with " + sent);
    }

    /**
     * So many of them wait.
     *
     * @param number 0 or more
     * @return this
     */
    public ResqueAssert times(int number) {
        if (jobs.size() != number) {
            failWithMessage(
                    "Expected %s %d times, but it waits %d times:%n%s", wanted, number, jobs.size(), lines(jobs));
        }
        return this;
    }

    /**
     * No job waits.
     *
     * @return this
     */
    public ResqueAssert hasNothingEnqueued() {
        if (!jobs.isEmpty()) {
            failWithMessage("Expected no job, but these wait:%n%s", lines(jobs));
        }
        return this;
    }

    private ResqueAssert narrowed(Predicate<QueuedJob> filter, String what) {
        List<QueuedJob> left = jobs.stream().filter(filter).toList();
        if (left.isEmpty()) {
            failWithMessage("Expected %s, but these wait:%n%s", what, lines(jobs));
        }
        return new ResqueAssert(actual, left, what);
    }

    /** As they are read back. */
    private List<@Nullable Object> plain(@Nullable Object... args) {
        List<@Nullable Object> plain = new ArrayList<>();
        for (Object value : args) {
            plain.add(plain(value));
        }
        return plain;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Float number) {
            return number.doubleValue();
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Optional<?> optional) {
            return plain(optional.orElse(null));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(ResqueAssert::plain).collect(Collectors.toList());
        }
        return value;
    }

    private static String lines(List<QueuedJob> jobs) {
        return jobs.isEmpty()
                ? "  none"
                : jobs.stream()
                        .map(job -> "  " + job.jobClass() + Objects.toString(job.args()) + " on " + job.queue())
                        .collect(Collectors.joining("\n"));
    }
}
