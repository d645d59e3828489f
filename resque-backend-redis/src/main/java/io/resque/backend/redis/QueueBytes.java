package io.resque.backend.redis;

import io.resque.api.spi.Subscription;
import java.util.ArrayList;
import java.util.List;

/** A subscription as {@code step.lua} reads it: made once, since it is the same object from one step to the next. */
final class QueueBytes {
    final Subscription subscription;
    final List<byte[]> keys = new ArrayList<>();
    final List<byte[]> args = new ArrayList<>();

    QueueBytes(Subscription subscription, Keys keys) {
        this.subscription = subscription;
        args.add(Keys.bytes(subscription.sources().size()));
        args.add(Keys.bytes(subscription.beforePayload()));
        args.add(Keys.bytes(subscription.afterPayload()));
        for (Subscription.Source source : subscription.sources()) {
            this.keys.add(keys.queue(source.queue()));
            args.add(Keys.bytes(source.beforeInstant()));
        }
    }

    /** Whether it asks the same of the same queues. */
    boolean isSameAs(QueueBytes other) {
        return subscription == other.subscription || subscription.equals(other.subscription);
    }
}
