package io.resque.api;

import java.util.function.Supplier;

/**
 * The names that a worker will run. A name that comes from Redis becomes code here and nowhere else: what is not
 * registered is not run, and no class is ever loaded by a name found in a payload.
 *
 * <p>Not thread-safe; filled before a worker starts.
 */
public interface JobRegistry {
    /**
     * Registers a job by a factory of its own.
     *
     * @param jobClass the name in the payload, such as Ruby's {@code Acme::Mail} or PHP's {@code Acme\Mail}
     * @param factory makes a new instance for every run; called on the thread that runs the job
     * @return this registry
     * @throws IllegalArgumentException if the name is empty or registered already
     */
    JobRegistry register(String jobClass, Supplier<? extends Job> factory);

    /**
     * Registers a job by its class; instances come from the worker's {@link JobFactory}, which by default calls the
     * constructor without parameters.
     *
     * @param jobClass the name in the payload
     * @param type the class that runs it
     * @return this registry
     * @throws IllegalArgumentException if the name is empty or registered already
     */
    JobRegistry register(String jobClass, Class<? extends Job> type);
}
