package io.resque.wrong.redis;

import java.util.List;
import java.util.stream.Stream;

/** All adapters that are wrong. */
final class WrongBackends {
    private static final List<Wrong> ALL = Stream.of(
                    WrongCalls.all(),
                    WrongDelayed.all(),
                    WrongRecurring.all(),
                    WrongRetries.all(),
                    WrongLimits.all(),
                    WrongHistory.all(),
                    WrongLocks.all(),
                    WrongScripts.all())
            .flatMap(List::stream)
            .toList();

    private WrongBackends() {}

    /** Those with which the kit waits longest come first, so that nothing waits for them in the end. */
    static List<Wrong> all() {
        return ALL;
    }
}
