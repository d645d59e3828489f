package io.resque.backend.jedis.wrong;

import java.util.List;
import java.util.stream.Stream;

/** All adapters that are wrong. */
final class WrongBackends {
    private WrongBackends() {}

    static List<Wrong> all() {
        return Stream.of(WrongScripts.all(), WrongCalls.all())
                .flatMap(List::stream)
                .toList();
    }
}
