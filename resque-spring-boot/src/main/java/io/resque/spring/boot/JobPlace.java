package io.resque.spring.boot;

import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.core.WorkerBuilder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A job that an annotation made.
 *
 * @param name the name in the payload
 * @param queue its queue; empty for none
 * @param place where the annotation stands, for messages
 * @param code registers its code
 * @param retry its policy
 * @param unique its lock
 */
record JobPlace(
        String name,
        String queue,
        String place,
        Consumer<WorkerBuilder> code,
        @Nullable Retry retry,
        @Nullable Unique unique) {
    void register(WorkerBuilder builder) {
        code.accept(builder);
        if (retry != null) {
            builder.retry(name, retry);
        }
        if (unique != null) {
            builder.unique(name, unique);
        }
    }
}
