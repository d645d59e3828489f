package io.resque.core.internal.subscription;

import io.resque.api.spi.Subscription;
import io.resque.core.Serializers;

/** Makes subscriptions for tests that need no worker. */
public final class Subscribed {
    private Subscribed() {}

    public static Subscription to(String... queues) {
        return QueueList.of(queues).subscription(Serializers.GSON, Long.MAX_VALUE);
    }
}
