package com.example.outside;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Nobody has slipped in another JUnit than the one asked for. */
class JUnitVersionTest {
    @Test
    void runsOnTheVersionAskedFor() {
        assertThat(Test.class.getPackage().getImplementationVersion()).isEqualTo(System.getProperty("junit.version"));
    }
}
