package io.resque.spring.boot;

import io.resque.api.ConfigurationException;
import io.resque.api.FailureSink;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.QueueBackend;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;

/**
 * Makes the application's {@link Resque}, unless the application has one. It is closed with the context, and registers no shutdown hook. All
 * {@link FailureSink} beans receive failures, and all {@link ResqueListener} beans hear of jobs, each in their order.
 */
@AutoConfiguration
@EnableConfigurationProperties(ResqueProperties.class)
public final class ResqueAutoConfiguration {
    private static final String TRANSACTIONS =
            "org.springframework.transaction.support.TransactionSynchronizationManager";

    /** For Spring. */
    ResqueAutoConfiguration() {}

    /** After the connection of Spring Data Redis, which counts only if {@code resque.url} is not set. */
    @Bean
    @ConditionalOnMissingBean
    ResqueConnectionDetails resqueConnectionDetails(ResqueProperties properties) {
        String url = properties.url();
        return () -> url == null || url.isBlank() ? ResqueBuilder.DEFAULT_URL : url;
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Resque resque(
            ApplicationContext context,
            ResqueProperties properties,
            ResqueConnectionDetails connection,
            ObjectProvider<QueueBackend> backend,
            ObjectProvider<JobSerializer> serializer,
            ObjectProvider<FailureSink> sinks,
            ObjectProvider<ResqueBuilderCustomizer> customizers) {
        if (properties.afterCommit() && !ClassUtils.isPresent(TRANSACTIONS, context.getClassLoader())) {
            throw new ConfigurationException(
                    "The property resque.after-commit is true, and there are no transactions: add"
                            + " org.springframework:spring-tx, or remove the property");
        }
        ResqueBuilder builder = Resque.builder().url(connection.url()).configure(properties.settings());
        backend.ifUnique(builder::backend);
        serializer.ifUnique(builder::serializer);
        sinks.orderedStream().forEach(builder::failureSink);
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return builder.build();
    }

    /** After all beans were made, so that a listener can use the {@link Resque} without a cycle; the workers start later. */
    @Bean
    @ConditionalOnSingleCandidate(Resque.class)
    SmartInitializingSingleton resqueListeners(Resque resque, ObjectProvider<ResqueListener> listeners) {
        return () -> listeners.orderedStream().forEach(resque::listen);
    }
}
