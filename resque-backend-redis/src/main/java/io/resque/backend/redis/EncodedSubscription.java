package io.resque.backend.redis;

import io.resque.api.spi.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A subscription in the keys and arguments of {@code step.lua}. A session encodes it once for many steps. */
final class EncodedSubscription {
    private static final byte[] NONE = {};

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
        List<byte[]> slots = new ArrayList<>(0);
        for (Subscription.Source source : subscription.sources()) {
            names.add(source.queue());
            this.keys.add(keys.queue(source.queue()));
            if (source.limit() > 0) {
                slots.add(keys.queueSlots(source.queue()));
                max.append(' ').append(this.keys.size()).append(':').append(source.limit());
            }
        }
        this.keys.addAll(slots);
        args.add(Keys.bytes(max.toString()));
        addHeads(subscription.sources());
        bytes = Step.bytes(this.keys) + Step.bytes(args);
    }

    /** A thousand heads would take Redis as long as a thousand keys. So only what stands around the name of a queue in each of them. */
    private void addHeads(List<Subscription.Source> sources) {
        Subscription.Source first = sources.isEmpty() ? new Subscription.Source("", "") : sources.get(0);
        String head = first.beforeInstant();
        for (int at = head.indexOf(first.queue(), 1);
                at > 0 && at < head.length();
                at = head.indexOf(first.queue(), at + 1)) {
            String before = head.substring(0, at);
            String behind = head.substring(at + first.queue().length());
            if (sources.stream().allMatch(each -> each.beforeInstant().equals(before + each.queue() + behind))) {
                args.add(Keys.bytes(before));
                args.add(Keys.bytes(behind));
                return;
            }
        }
        args.add(NONE);
        args.add(NONE);
        sources.forEach(source -> args.add(Keys.bytes(source.beforeInstant())));
    }

    String queue(int index) {
        return subscription.sources().get(index).queue();
    }

    /** Whether it asks the same of the same queues. */
    boolean isSameAs(EncodedSubscription other) {
        return subscription == other.subscription || subscription.equals(other.subscription);
    }
}
