package io.resque.api.spi;

/** Opens a {@link JobExecutor}. {@link java.util.ServiceLoader} finds it; a worker uses it only if the user names it. */
public interface JobExecutorProvider extends AdapterProvider {
    /**
     * Opens an executor for one worker.
     *
     * @param host the jobs that it must run, and the calls that they may make
     * @return the executor, which the caller closes
     * @throws io.resque.api.ConfigurationException if the executor cannot run the registered jobs; the message says
     *     why, and how to register them
     */
    JobExecutor open(JobExecutorHost host);
}
