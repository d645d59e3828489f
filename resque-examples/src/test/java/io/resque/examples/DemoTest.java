package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemoTest {
    private static final String PROPERTY = "resque.serializer";

    /** The tests have two serializers on their class path, the demo only one. */
    private final String before = System.getProperty(PROPERTY, "");

    @BeforeEach
    void choose() {
        System.setProperty(PROPERTY, "gson");
    }

    @AfterEach
    void restore() {
        if (before.isEmpty()) {
            System.clearProperty(PROPERTY);
        } else {
            System.setProperty(PROPERTY, before);
        }
    }

    @Test
    void withoutAnyRedisItTakesTheMemory() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Demo.run(
                " ",
                () -> {
                    throw new IllegalStateException("There is no redis-server");
                },
                new PrintStream(said, true, StandardCharsets.UTF_8));
        assertThat(said.toString(StandardCharsets.UTF_8))
                .startsWith("No Redis: REDIS_URL is not set and none could be started, so this is the memory backend")
                .contains("COMPLETE, result {hello=Chris}", "hello from Ruby", "No luck with 42")
                .contains("Done.");
    }
}
