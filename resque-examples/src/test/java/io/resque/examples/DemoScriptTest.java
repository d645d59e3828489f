package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/demo} with a program in the place of Maven, which prints what Maven prints at its first run. */
class DemoScriptTest {
    @TempDir
    Path home;

    private String out = "";
    private String err = "";

    private int run(String maven) throws Exception {
        Path script = Files.createDirectories(home.resolve("bin")).resolve("demo");
        Files.copy(Path.of("../bin/demo"), script);
        Path program = Files.createDirectories(home.resolve("programs")).resolve("mvn");
        Files.writeString(program, "#!/bin/sh\n" + maven);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(home.resolve("out").toFile())
                .redirectError(home.resolve("err").toFile());
        builder.environment().merge("PATH", home.resolve("programs").toString(), (path, ours) -> ours + ":" + path);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        out = text("out");
        err = text("err");
        return process.exitValue();
    }

    private String text(String file) throws IOException {
        return Files.readString(home.resolve(file));
    }

    @Test
    void theFirstRunTellsOfItsDownloadsAndTheDemoPrintsAlone() throws Exception {
        assertThat(run("""
                i=0
                while [ $i -lt 150 ]; do
                  echo "[INFO] Downloading from central: https://example.org/$i"
                  echo "[INFO] Downloaded from central: https://example.org/$i (1 kB at 2 kB/s)"
                  i=$((i + 1))
                done
                echo '[INFO] Building Resque for Java: API 0.1.0-SNAPSHOT [2/13]'
                i=0
                while [ $i -lt 60 ]; do
                  echo "Downloaded from central: https://example.org/$i"
                  i=$((i + 1))
                done
                echo '1. Enqueue'
                """)).isZero();
        assertThat(out).isEqualTo("1. Enqueue\n");
        assertThat(err).isEqualTo("""
                Maven builds the demo; its first run downloads libraries for minutes
                Maven, files downloaded: 100
                Building Resque for Java: API [2/13]
                Building Resque for Java: API [2/13], files downloaded: 200
                """);
    }

    @Test
    void aMavenThatFailsIsToldByTheStatusAndItsErrors() throws Exception {
        assertThat(run("echo '[INFO] Downloading from central: x'; echo '[ERROR] no network' >&2; exit 3"))
                .isEqualTo(3);
        assertThat(out).isEmpty();
        assertThat(err).endsWith("[ERROR] no network\n");
    }
}
