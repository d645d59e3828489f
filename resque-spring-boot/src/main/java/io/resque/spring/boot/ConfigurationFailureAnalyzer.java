package io.resque.spring.boot;

import io.resque.api.ConfigurationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows the sentence of a {@link ConfigurationException} in place of a stack trace. */
final class ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<ConfigurationException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ConfigurationException cause) {
        return new FailureAnalysis(
                "Resque cannot be used as it is configured: " + cause.getMessage(),
                "Change the setting or the code that the description names. The settings of Resque are properties that begin with resque.,"
                        + " and those of a worker begin with resque.worker.",
                cause);
    }
}
