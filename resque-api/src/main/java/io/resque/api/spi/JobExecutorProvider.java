package io.resque.api.spi;

import java.util.Map;
import java.util.Set;

/** Opens a {@link JobExecutor}. {@link java.util.ServiceLoader} finds it; a worker uses it only if the user names it. */
public interface JobExecutorProvider extends AdapterProvider {
    /**
     * The names of the settings that {@link #with} takes, in lower case and with dashes, such as {@code jobs-per-fork}.
     *
     * @return none unless an implementation overrides this method
     */
    default Set<String> settings() {
        return Set.of();
    }

    /**
     * An executor of this kind with some settings that a user gave as text; other settings are as here.
     *
     * @param settings values by {@linkplain #settings names}, without blanks around them, none empty
     * @return another provider, or this one if there are no settings
     * @throws io.resque.api.ConfigurationException naming a setting, its value and the way out
     */
    default JobExecutorProvider with(Map<String, String> settings) {
        return this;
    }

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
