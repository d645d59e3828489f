package io.resque.backend.redis;

import io.resque.api.spi.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A subscription in the keys and arguments of {@code step.lua}. A session encodes it once for many steps. */
final class EncodedSubscription {
    final Subscription subscription;
    final List<byte[]> keys = new ArrayList<>();
    final List<byte[]> args = new ArrayList<>();
    final Set<String> names = new LinkedHashSet<>();

    /** The bytes of its keys and arguments. */
    final long bytes;

    EncodedSubscription(Subscription subscription, Keys keys) {
        this.subscription = subscription;
        args.add(Keys.bytes(subscription.sources().size()));
        args.add(Keys.bytes(subscription.beforePayload()));
        args.add(Keys.bytes(subscription.afterPayload()));
        StringBuilder max = new StringBuilder().append(subscription.maxPayload());
        int maxAt = args.size();
        List<byte[]> slots = new ArrayList<>(0);
        for (Subscription.Source source : subscription.sources()) {
            names.add(source.queue());
            this.keys.add(keys.queue(source.queue()));
            args.add(Keys.bytes(source.beforeInstant()));
            if (source.limit() > 0) {
                slots.add(keys.queueSlots(source.queue()));
                max.append(' ').append(this.keys.size()).append(':').append(source.limit());
            }
        }
        args.add(maxAt, Keys.bytes(max.toString()));
        this.keys.addAll(slots);
        bytes = Step.bytes(this.keys) + Step.bytes(args);
    }

    String queue(int index) {
        return subscription.sources().get(index).queue();
    }

    /** Whether it asks the same of the same queues. */
    boolean isSameAs(EncodedSubscription other) {
        return subscription == other.subscription || subscription.equals(other.subscription);
    }
}
