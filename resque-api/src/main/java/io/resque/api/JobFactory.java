package io.resque.api;

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
}
