package io.resque.api;

import java.lang.reflect.InvocationTargetException;

/**
 * Creates the instances of jobs that are registered by class. A container can be one:
 * {@code applicationContext::getBean}, for beans of the scope {@code prototype}.
 */
@FunctionalInterface
public interface JobFactory {
    /**
     * Creates the instance for one run. Called on the thread that runs the job. Several threads may call at once. If it returns
     * the same object for two runs in turn, a worker says so once in its log, with the class; the runs go on.
     *
     * @param type the registered class
     * @return an instance that no other run uses
     * @throws Exception anything; the job is then recorded as failed
     */
    Job create(Class<? extends Job> type) throws Exception;

    /**
     * The default factory: calls the constructor without parameters, which may be private.
     *
     * @param type the registered class
     * @return a new instance
     * @throws ConfigurationException as {@link #checkConstructor}
     * @throws Exception what the constructor threw
     */
    static Job byConstructor(Class<? extends Job> type) throws Exception {
        try {
            return ConstructorRules.constructor(type).newInstance();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    /**
     * Checks that {@link #byConstructor} can create instances of a class; none is created. For an implementation of {@link
     * JobRegistry}, which calls this when a class is registered.
     *
     * @param type the registered class
     * @throws ConfigurationException if it is an interface, an abstract class or an inner class, or has no constructor without
     *     parameters, or a module keeps its constructor from this library; the message names the way out
     */
    static void checkConstructor(Class<? extends Job> type) {
        ConstructorRules.constructor(type);
    }
}
