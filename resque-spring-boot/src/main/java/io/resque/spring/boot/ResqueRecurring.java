package io.resque.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Enqueues a {@link ResqueJob} again and again, without arguments, onto the queue that it names. At each start the application writes the
 * recurring job to Redis, as {@link io.resque.core.RecurringJobs#put} does. It stays there until somebody removes it, also if this annotation is gone.
 * The property {@code resque.recurring} does the same for jobs with arguments, and for jobs that other programs run.
 *
 * <pre>{@code
 * @ResqueJob(value = "Cleanup", queue = "low")
 * @ResqueRecurring(cron = "30 2 * * *", zone = "Europe/Berlin")
 * void cleanUp() { … }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface ResqueRecurring {
    /**
     * The cron expression, as {@link io.resque.core.Schedule#cron(String)} reads it.
     *
     * @return with its time zone, unless {@link #zone} names it; empty if {@link #every} is given
     */
    String cron() default "";

    /**
     * The time zone of the cron expression.
     *
     * @return such as {@code Europe/Berlin}; empty if it stands in the expression
     */
    String zone() default "";

    /**
     * The period, as {@link io.resque.core.Schedule#every} reads it.
     *
     * @return a duration with its unit, such as {@code 15m}; empty if {@link #cron} is given
     */
    String every() default "";

    /**
     * The name of the recurring job.
     *
     * @return empty for the name of the job
     */
    String name() default "";
}
