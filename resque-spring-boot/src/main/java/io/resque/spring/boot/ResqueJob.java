package io.resque.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a job of a bean or of a method of a bean.
 *
 * <p><b>On a class, or on a {@code @Bean} method,</b> the bean implements {@link io.resque.api.Job} and has the scope {@code prototype}: each
 * run gets an instance of its own, which is destroyed after the run. A bean that implements {@link io.resque.api.TypedJob} for a record can
 * also be a singleton.
 *
 * <p><b>On a method</b> of any bean, the arguments of the job are the parameters by their positions. They are converted as {@link
 * io.resque.api.JobType} converts the components of a record: only an {@link java.util.Optional} can be null, and only such parameters at the end
 * can be left out. A single parameter that is a record gets all arguments, by their positions or from one map, as PHP sends it. A
 * {@link io.resque.api.JobContext} can stand anywhere. What the method returns is the result of a tracked job; what it throws fails the job.
 *
 * <pre>{@code
 * @Component
 * class Welcome {
 *     @ResqueJob(value = "WelcomeMail", queue = "mail")
 *     void send(long user, String name) { … }
 * }
 * }</pre>
 *
 * <p>Two jobs of one name are refused at the start. Each text can hold placeholders such as {@code ${mail.queue}}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
public @interface ResqueJob {
    /**
     * The name in the payload, such as {@code WelcomeMail}, Ruby's {@code Acme::Mail} or PHP's {@code Acme\Mail}.
     *
     * @return not empty
     */
    String value();

    /**
     * The queue of the job. If {@code resque.worker.queues} is not set, the worker works the queues of all jobs, in the order of their
     * names. Producers name the queue themselves.
     *
     * @return a name; empty for none
     */
    String queue() default "";

    /**
     * How many times a job that failed is run again.
     *
     * @return 0 for none
     */
    int retries() default 0;

    /**
     * The delays before the retries, such as {@code {"10s", "1m"}}; the last one counts for all further retries. Needs {@link #retries}.
     *
     * @return durations with their units; none to run again at once
     */
    String[] retryDelays() default {};

    /**
     * How long a job that runs keeps jobs with equal arguments from running at the same time, if its worker does not say that it lives: {@link
     * io.resque.api.Unique#whileRunning}. A lock that is taken where a job is enqueued, as by {@link io.resque.api.Unique#untilDone}, belongs to the producer.
     *
     * @return a duration with its unit; empty for no lock
     */
    String uniqueWhileRunning() default "";
}
