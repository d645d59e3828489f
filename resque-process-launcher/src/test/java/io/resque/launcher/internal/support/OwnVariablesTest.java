package io.resque.launcher.internal.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnVariablesTest {
    @Test
    void noOtherProcessInheritsThem() {
        Map<String, String> environment =
                new HashMap<>(Map.of("RESQUE_HTTP", "9447", "HEARTBEAT_FILE", "/run/beat", "MINE", "1"));
        environment.putAll(Map.of("PIDFILE", "/run/resque.pid", "JVM_PIDFILE", "/run/jvm.pid"));
        OwnVariables.removeFrom(environment);
        assertThat(environment).containsOnly(Map.entry("MINE", "1"));
    }

    @Test
    void theSignalOfSuspendedThreadsGoesWhereBinResqueHasSetIt() {
        Map<String, String> environment = new HashMap<>(Map.of("_JAVA_SR_SIGNUM", "40"));
        OwnVariables.removeFrom(environment);
        assertThat(environment).as("the operator's own").containsOnlyKeys("_JAVA_SR_SIGNUM");
        environment.put("RESQUE_LAUNCHER", "1");
        OwnVariables.removeFrom(environment);
        assertThat(environment).isEmpty();
    }
}
