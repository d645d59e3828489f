package io.resque.launcher;

import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/** For tests that start {@code bin/resque}: each has a namespace of its own, and its process ends with the test. */
abstract class BinResqueFixture {
    static final RedisServer SERVER = RedisServer.forTests();
    static final BinResque BIN = BinResque.with(SERVER.url());

    final String namespace = getClass().getSimpleName() + UUID.randomUUID();
    final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();

    /** The process that the test has started. */
    BinResque.Running running;

    @AfterEach
    void nothingIsLeft() {
        if (running != null) {
            running.end();
        }
        resque.close();
    }
}
