package io.resque.backend.redis;

import io.resque.api.spi.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A subscription as {@code step.lua} reads it: made once, since it is the same object from one step to the next. */
final class QueueBytes {
    final Subscription subscription;
    final List<byte[]> keys = new ArrayList<>();
    final List<byte[]> args = new ArrayList<>();
    final Set<String> names = new LinkedHashSet<>();

    QueueBytes(Subscription subscription, Keys keys) {
        this.subscription = subscription;
        args.add(Keys.bytes(subscription.sources().size()));
        args.add(Keys.bytes(subscription.beforePayload()));
        args.add(Keys.bytes(subscription.afterPayload()));
        args.add(Keys.bytes(subscription.maxPayload()));
        for (Subscription.Source source : subscription.sources()) {
            names.add(source.queue());
            this.keys.add(keys.queue(source.queue()));
            args.add(Keys.bytes(source.beforeInstant()));
        }
    }

    /** Whether it asks the same of the same queues. */
    boolean isSameAs(QueueBytes other) {
        return subscription == other.subscription || subscription.equals(other.subscription);
    }
}
