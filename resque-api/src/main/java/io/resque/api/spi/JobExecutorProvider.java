package io.resque.api.spi;

/** Opens a {@link JobExecutor}. Found by {@link java.util.ServiceLoader}, used when named. */
public interface JobExecutorProvider extends AdapterProvider {
    /**
     * Opens an executor for one worker.
     *
     * @param host the jobs it shall run, and what they may ask for
     * @return the executor, to be closed by the caller
     * @throws io.resque.api.ConfigurationException if it cannot run what is registered; the message says why and how
     *     to register it instead
     */
    JobExecutor open(JobExecutorHost host);
}
