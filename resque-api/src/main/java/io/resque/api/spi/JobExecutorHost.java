package io.resque.api.spi;

import io.resque.api.Job;
import io.resque.api.JobModule;
import io.resque.api.ResqueListener;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a worker gives to its {@link JobExecutor}: the registered jobs, and services for them. Thread-safe. */
public interface JobExecutorHost {
    /**
     * The modules, which another process can load by their class names.
     *
     * @return in the order they were added
     */
    List<JobModule> modules();

    /**
     * The names that exist in this process only: they were registered one by one, not by a module, or by a class that
     * the worker's own {@link io.resque.api.JobFactory} makes.
     *
     * @return the names
     */
    Set<String> localJobs();

    /**
     * Who hears of the events where jobs run, in order: {@code afterFork}, {@code beforePerform} and those after it.
     *
     * @return those of this moment; another process has the listeners of {@link #modules} instead
     */
    List<ResqueListener> listeners();

    /**
     * Makes the job of a name, from a module or not.
     *
     * @param jobClass a name from a payload
     * @return a new instance, or empty if the name is not registered
     * @throws Exception what its factory threw
     */
    Optional<Job> create(String jobClass) throws Exception;

    /**
     * The serializer, for typed arguments.
     *
     * @return the worker's own
     */
    JobSerializer serializer();

    /**
     * Checks that a value is one that JSON has, and copies it.
     *
     * @param value a job's result
     * @return the value as a JSON tree
     * @throws io.resque.api.InvalidJobException if it is not
     */
    @Nullable
    Object toTree(@Nullable Object value);

    /**
     * Enqueues a job on behalf of a running one.
     *
     * @param queue name of the queue
     * @param jobClass name of the class
     * @param args its arguments
     * @return false if a listener vetoed it
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent
     */
    boolean enqueue(String queue, String jobClass, List<@Nullable Object> args);
}
