package io.resque.api;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

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
     * @throws ConfigurationException if the class is abstract or has no such constructor
     * @throws Exception what the constructor threw
     */
    static Job byConstructor(Class<? extends Job> type) throws Exception {
        if (Modifier.isAbstract(type.getModifiers())) {
            throw new ConfigurationException(type.getName() + " is abstract; register a concrete class");
        }
        try {
            Constructor<? extends Job> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw new ConfigurationException(
                    type.getName() + " has no constructor without parameters; give it one, register a supplier, or set "
                            + "a JobFactory that can create it",
                    e);
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
}
