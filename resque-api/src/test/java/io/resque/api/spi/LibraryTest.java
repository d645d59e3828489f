package io.resque.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibraryTest {
    private static final Library CLIENT = new Library("com.example:client", "5.2", "7.10.1", "<client>7.10.1</client>");
    private static final Library POOL = new Library("com.example:pool", "2.12", "2.13.RELEASE", "<pool>2.13</pool>");
    private static final String WAY_OUT =
            "set <client>7.10.1</client> in the properties of a pom whose parent is Spring"
                    + " Boot's, or else manage version 7.10.1 before all imported BOMs";

    @TempDir
    Path jar;

    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private URLClassLoader loader;

    @BeforeEach
    void useJar() throws IOException {
        loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before);
        Thread.currentThread().setContextClassLoader(loader);
    }

    @AfterEach
    void close() throws IOException {
        Thread.currentThread().setContextClassLoader(before);
        loader.close();
    }

    private void isThere(String artifact, String version) throws IOException {
        Path folder = jar.resolve("META-INF/maven/com.example/" + artifact);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("pom.properties"), "groupId=com.example\nversion=" + version + "\n");
    }

    private static Object fail() {
        throw new NoSuchMethodError("no call()\nand pages");
    }

    @Test
    void whatOpensIsGiven() throws IOException {
        isThere("client", "1.0");
        assertThat(Library.open(() -> "open", CLIENT)).isEqualTo("open");
    }

    @Test
    void theVersionOnTheClassPathIsTold() throws IOException {
        isThere("client", "1.0");
        assertThat(CLIENT.version()).hasValue("1.0");
        assertThat(POOL.version()).as("a jar without a version").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.1.9", "0.9", "5.2-beta1", "7.10.2", "8.0.0.RELEASE", "2023-01"})
    void anotherVersionIsNamedWithTheWayOut(String version) throws IOException {
        isThere("client", version);
        assertThatThrownBy(() -> Library.open(LibraryTest::fail, CLIENT))
                .isInstanceOf(ConfigurationException.class)
                .hasCauseInstanceOf(NoSuchMethodError.class)
                .hasMessage("com.example:client " + version
                        + " is on the class path, and Resque works with 5.2 to 7.10.1: " + WAY_OUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.2", "5.10", "7.9.99", "7.10.1"})
    void whereTheVersionFitsTheErrorIsToldToo(String version) throws IOException {
        isThere("client", version);
        isThere("pool", "2.13.RELEASE");
        assertThatThrownBy(() -> Library.open(LibraryTest::fail, CLIENT, POOL))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "com.example:client " + version + " cannot be used (java.lang.NoSuchMethodError: no call());"
                                + " look for a jar that it needs and that is missing on the class path, and for another jar"
                                + " that holds its classes in another version");
    }

    @Test
    void aJarThatDoesNotTellItsVersion() {
        assertThatThrownBy(() -> Library.open(LibraryTest::fail, CLIENT))
                .hasMessage("com.example:client cannot be used (java.lang.NoSuchMethodError: no call());"
                        + " Resque works with 5.2 to 7.10.1: " + WAY_OUT);
    }

    @Test
    void theOneThatDoesNotFitIsBlamed() throws IOException {
        isThere("client", "6.0");
        isThere("pool", "2.11.1");
        assertThatThrownBy(() -> Library.open(LibraryTest::fail, CLIENT, POOL))
                .hasMessageStartingWith("com.example:pool 2.11.1 is on the class path, ");
    }

    /** A build that filters resources may have left the placeholder in the file. */
    @ParameterizedTest
    @ValueSource(strings = {"${version}", "", "unknown"})
    void aVersionThatIsNone(String version) throws IOException {
        isThere("client", version);
        assertThatThrownBy(() -> Library.open(LibraryTest::fail, CLIENT))
                .hasMessageStartingWith("com.example:client cannot be used (");
    }
}
