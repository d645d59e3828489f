package io.resque.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Writes all jobs after the commit of the transaction in which they are enqueued, if the property says so. */
@AutoConfiguration(before = ResqueAutoConfiguration.class)
@ConditionalOnClass(TransactionSynchronizationManager.class)
@ConditionalOnBooleanProperty("resque.after-commit")
final class ResqueTransactionAutoConfiguration {
    /** First, so that a customizer of the application can choose another deferral. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ResqueBuilderCustomizer resqueAfterCommit() {
        return builder -> builder.deferral(AfterCommit.deferral());
    }
}
