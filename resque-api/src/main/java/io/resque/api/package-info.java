/**
 * The types that the author of a job implements and uses, with the values and exceptions of Resque for Java.
 *
 * <p>Begin with {@link io.resque.api.Job}, the code of a job, or with {@link io.resque.api.JobType}, which gives a job its arguments as
 * one record. {@link io.resque.api.JobContext} is all that a running job can ask and do. {@code io.resque.core.Resque} opens Redis: it
 * enqueues jobs by the methods of {@link io.resque.api.Enqueuer}, and its method {@code workerBuilder} begins a worker, which runs them.
 *
 * <pre>{@code
 * try (Resque resque = Resque.connect("redis://localhost:6379/0")) {
 *     resque.enqueue("mail", "WelcomeMail", 42, "Chris");
 *     resque.workerBuilder("mail")
 *             .register("WelcomeMail", () -> context -> greet(context.args().get(1, String.class)))
 *             .drain(); // runs the jobs that wait, in this thread
 * }
 * }</pre>
 *
 * <p>Nothing may be null unless it is marked {@code @Nullable}.
 */
@NullMarked
package io.resque.api;

import org.jspecify.annotations.NullMarked;
