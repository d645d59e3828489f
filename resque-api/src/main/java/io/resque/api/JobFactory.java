package io.resque.api;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;

/** Makes job instances of a class, so that a container can inject them: {@code applicationContext::getBean} is one. */
@FunctionalInterface
public interface JobFactory {
    /**
     * Makes a new instance for one run. Called on the thread that runs the job, possibly by many threads at once.
     *
     * @param type the class that was registered
     * @return an instance that no other run uses
     * @throws Exception anything; the job is then recorded as failed
     */
    Job create(Class<? extends Job> type) throws Exception;

    /**
     * The factory that is used where no other was chosen: it calls the constructor without parameters, which may be
     * private, and throws what that throws, or {@link ConfigurationException} if there is none to call.
     *
     * @param type the class that was registered
     * @return a new instance
     * @throws Exception what the constructor threw
     */
    static Job byConstructor(Class<? extends Job> type) throws Exception {
        if (Modifier.isAbstract(type.getModifiers())) {
            throw new ConfigurationException(type.getName() + " is abstract; register a class that can be made");
        }
        try {
            Constructor<? extends Job> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw new ConfigurationException(
                    type.getName() + " has no constructor without parameters; give it one, register a supplier, or set "
                            + "a JobFactory that can make it",
                    e);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
