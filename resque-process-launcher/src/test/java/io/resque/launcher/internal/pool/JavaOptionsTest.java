package io.resque.launcher.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JavaOptionsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-agentlib:jdwp=transport=dt_socket,server=y,address=5005",
                "-agentpath:/opt/agent.so=port=1",
                "-javaagent:/opt/agent.jar",
                "-Xrunjdwp:transport=dt_socket,server=y,address=5005",
                "-Dcom.sun.management.jmxremote.port=7091",
                "-Dcom.sun.management.jmxremote",
                "-XX:+ManagementServer",
                "-XX:StartFlightRecording=filename=/tmp/a.jfr",
                "-XX:ArchiveClassesAtExit=/tmp/a.jsa",
                "-Xlog:gc*:file=/var/log/gc.log:time",
                "-Xlog:gc:gc.log",
                "-Xloggc:gc.log",
            })
    void onlyOneJvmCanHave(String option) {
        assertThat(JavaOptions.isOnlyForOne(option)).isTrue();
        assertThat(JavaOptions.forMany(List.of("-Xmx1g", option))).containsExactly("-Xmx1g");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xmx1g",
                "-XX:+UseG1GC",
                "-Xlog:gc",
                "-Xlog:gc*:stdout",
                "-Xlog:gc:stderr:time",
                "-Xlog:gc*::time",
                "-Xlog:gc:file=/var/log/gc-%p.log",
                "-Xloggc:gc-%p.log",
                "-XX:HeapDumpPath=/tmp",
                "-XX:NativeMemoryTracking=summary",
                "-Dapp.agent=-javaagent:x",
                "@/etc/java.options",
            })
    void anyNumberOfJvmsCanHave(String option) {
        assertThat(JavaOptions.isOnlyForOne(option)).isFalse();
    }

    @Test
    void variablesKeepWhatAnyNumberCanHaveAsItStands() {
        Map<String, String> variables = new HashMap<>(Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Dname=\"a b\"  -javaagent:\"/opt/my agent.jar\" '-XX:OnError=kill %p' \"-agentlib:jdwp=server=y,address=1\"",
                "JDK_JAVA_OPTIONS",
                "-javaagent:a.jar",
                "_JAVA_OPTIONS",
                "  -Xmx1g   -Xss1m ",
                "OTHER",
                "-javaagent:a.jar"));
        JavaOptions.keepForMany(variables);
        assertThat(variables)
                .containsOnly(
                        Map.entry("JAVA_TOOL_OPTIONS", "-Dname=\"a b\" '-XX:OnError=kill %p'"),
                        Map.entry("_JAVA_OPTIONS", "  -Xmx1g   -Xss1m "),
                        Map.entry("OTHER", "-javaagent:a.jar"));
    }

    @Test
    void filesOfOptionsAreOpenedWhereOneMustBeLeftOut(@TempDir Path folder) throws IOException {
        Path harmless = Files.writeString(folder.resolve("a"), "-Xmx1g\n-Xss1m");
        Path agents = Files.writeString(folder.resolve("b"), "# ours\n-Xmx1g\n-javaagent:a.jar '-Da=b c'\n");
        Map<String, String> variables = new HashMap<>(Map.of(
                "JDK_JAVA_OPTIONS", "@" + harmless + " @" + agents + " @" + folder.resolve("none"),
                "JAVA_TOOL_OPTIONS", "-XX:VMOptionsFile=" + agents));
        assertThat(JavaOptions.of(variables)).contains("-javaagent:a.jar");
        JavaOptions.keepForMany(variables);
        assertThat(variables)
                .containsEntry("JDK_JAVA_OPTIONS", "@" + harmless + " -Xmx1g '-Da=b c' @" + folder.resolve("none"))
                .containsEntry("JAVA_TOOL_OPTIONS", "-Xmx1g '-Da=b c'");
        assertThat(JavaOptions.forMany(List.of("-Dq='", "@" + harmless, "@" + agents)))
                .containsExactly("-Dq='", "@" + harmless, "-Xmx1g", "-Da=b c");
        assertThat(JavaOptions.namesForOne(List.of("-Xmx1g", "@" + agents, "-javaagent:x=secret")))
                .containsExactly("-javaagent:a.jar", "-javaagent:x");
    }

    @Test
    void whatWasHeldIsGivenBack() {
        Map<String, String> variables =
                new HashMap<>(Map.of("X_JAVA_TOOL_OPTIONS", "-Xmx1g", "X_JDK_JAVA_OPTIONS", "", "X_OTHER", "1"));
        JavaOptions.giveBack("X_", variables);
        assertThat(variables).containsOnly(Map.entry("JAVA_TOOL_OPTIONS", "-Xmx1g"), Map.entry("X_OTHER", "1"));
    }

    @ParameterizedTest
    @CsvSource({
        "-XX:+UseSerialGC, -XX:+UseG1GC, false",
        "-XX:+UseSerialGC, -XX:-UseSerialGC, false",
        "-XX:+UseSerialGC, @options, false",
        "-XX:+UseSerialGC, -XX:VMOptionsFile=options, false",
        "-XX:+UseSerialGC, -XX:-UseGCOverheadLimit, true",
        "-XX:+UseSerialGC, -Xmx1g, true",
        "-XX:TieredStopAtLevel=1, -XX:-TieredCompilation, false",
        "-XX:TieredStopAtLevel=1, -Xint, false",
        "-XX:TieredStopAtLevel=1, @options, true",
        "-XX:ParallelGCThreads=1, -XX:+UseParallelGC, false",
        "-XX:ParallelGCThreads=1, -XX:ParallelGCThreads=2, false",
        "-XX:+UseG1GC, -XX:ParallelGCThreads=2, true",
        "-XX:CompileThresholdScaling=20, -XX:TieredStopAtLevel=4, false",
        "-XX:TieredStopAtLevel=1, -XX:CompileThresholdScaling=2, true",
        "-Dfile.encoding=UTF-8, -Dfile.encoding=COMPAT, false",
        "-XX:-UsePerfData, -XX:+UsePerfData, false",
    })
    void oursGiveWayToWhatIsGiven(String ours, String given, boolean stays) {
        assertThat(JavaOptions.unlessGiven(List.of(ours), List.of(given)).contains(ours))
                .isEqualTo(stays);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005",
                "-agentlib:jdwp=transport=dt_socket,address=5005,server=y",
                "-Xrunjdwp:transport=dt_socket,server=y,address=127.0.0.1:5005",
                "-Dcom.sun.management.jmxremote.port=5005",
                "-Dcom.sun.management.jmxremote.rmi.port=5005",
            })
    void aPortForEachChildIsRefusedWithTheWayOut(String option) {
        assertThatThrownBy(() -> JavaOptions.refusePorts(List.of("-Xmx1g", option)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(option.replaceFirst("=.*", ""))
                .hasMessageContaining("only one can have the port 5005. Give port 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
                "-agentlib:jdwp=transport=dt_socket,server=n,address=5005",
                "-Dcom.sun.management.jmxremote.port=0",
                "-javaagent:agent.jar",
            })
    void whatEachChildCanHaveIsNotRefused(String option) {
        assertThatCode(() -> JavaOptions.refusePorts(List.of(option))).doesNotThrowAnyException();
    }

    private static List<String> ofChildren(Path home, int jobs, String... given) {
        ChildOptions.Builder builder = new ChildOptions.Builder();
        builder.java = home.resolve("bin").resolve("java");
        builder.jobsPerFork = jobs;
        builder.javaOptions = List.of(given);
        return JavaOptions.ofChildren(builder.build(), Map.of());
    }

    @Test
    void theCollectorAndTheOthersOfAChildAreChosenByItsVersionOfJava(@TempDir Path home) throws IOException {
        Files.createFile(Files.createDirectory(home.resolve("bin")).resolve("java"));
        assertThat(ofChildren(home, 1))
                .as("an unknown Java")
                .contains("-XX:+UseSerialGC", "-XX:CompileThresholdScaling=20")
                .doesNotContain("-XX:ArchiveRelocationMode=0");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"\n");
        assertThat(ofChildren(home, 1))
                .contains("-XX:+UseG1GC", "-XX:ParallelGCThreads=1", "-XX:ArchiveRelocationMode=0")
                .doesNotContain("-XX:+UseSerialGC");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25\"\n");
        assertThat(ofChildren(home, 2))
                .contains("-XX:+UseSerialGC", "-XX:ArchiveRelocationMode=0")
                .doesNotContain("-XX:+UseG1GC", "-XX:CompileThresholdScaling=20");
        assertThat(ofChildren(home, 1, "-XX:+UseParallelGC", "-XX:TieredStopAtLevel=4"))
                .as("the operator's win, and ours that belong to the others go with them")
                .noneMatch(option -> option.contains("GC") || option.contains("Tiered") || option.contains("Scaling"));
    }
}
