package io.resque.launcher.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.launcher.internal.child.ChildMain;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which class paths children can use. {@code .ci/packaged} starts children from real ones. */
class ChildClassPathTest {
    private static final String MAIN = ChildMain.class.getName();
    private static final String MAIN_FILE = MAIN.replace('.', '/') + ".class";
    private static final Map<String, String> BOOT =
            Map.of("Spring-Boot-Classes", "BOOT-INF/classes/", "Spring-Boot-Lib", "BOOT-INF/lib/");

    @TempDir
    Path folder;

    private String jar(String name, Map<String, String> attributes, String... entries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach((key, value) -> manifest.getMainAttributes().putValue(key, value));
        Path file = folder.resolve(name);
        try (OutputStream to = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(to, manifest)) {
            for (String entry : entries) {
                jar.putNextEntry(new ZipEntry(entry));
            }
        }
        return file.toString();
    }

    private static List<String> arguments(String classPath, String... javaOptions) {
        return ChildClassPath.arguments(classPath, List.of(javaOptions));
    }

    private static List<String> plain(String classPath) {
        return List.of("-cp", classPath, MAIN);
    }

    private static AbstractThrowableAssert<?, ?> refused(String classPath) {
        return assertThatThrownBy(() -> arguments(classPath))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("A child process cannot load resque-process-launcher from the class path \""
                        + classPath + "\": ")
                .hasMessageContaining("; this process has loaded it from file:")
                .hasMessageEndingWith(". Give the class path of the children, with this library and the modules, by"
                        + " ProcessJobExecutor.builder().classPath(…)");
    }

    @Test
    void ofThisTest() {
        String here = System.getProperty("java.class.path");
        assertThat(arguments(here)).isEqualTo(plain(here));
    }

    @Test
    void aJarWithAllClasses() throws IOException {
        String shaded = jar("shaded.jar", Map.of(), MAIN_FILE);
        assertThat(arguments(shaded)).isEqualTo(plain(shaded));
        String second = folder.resolve("none.jar") + File.pathSeparator + shaded;
        assertThat(arguments(second)).isEqualTo(plain(second));
        assertThat(arguments(folder + File.separator + "*")).isEqualTo(plain(folder + File.separator + "*"));
    }

    @Test
    void aJarThatNamesOthers() throws IOException {
        Files.createDirectory(folder.resolve("lib"));
        jar("lib/launcher.jar", Map.of(), MAIN_FILE);
        String extracted = jar("app.jar", Map.of("Class-Path", "lib/launcher.jar"), "com/example/App.class");
        assertThat(arguments(extracted)).isEqualTo(plain(extracted));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.springframework.boot.loader.launch.PropertiesLauncher",
                "org.springframework.boot.loader.PropertiesLauncher"
            })
    void aJarOfSpringBoot(String launcher) throws IOException {
        String jar = jar("app.jar", BOOT, launcher.replace('.', '/') + ".class", "BOOT-INF/lib/a.jar");
        assertThat(arguments(jar)).containsExactly("-Dloader.main=" + MAIN, "-cp", jar, launcher);
    }

    @Test
    void aFolderOfSpringBoot() throws IOException {
        Files.createDirectory(folder.resolve("META-INF"));
        Files.writeString(
                folder.resolve("META-INF/MANIFEST.MF"), "Manifest-Version: 1.0\nSpring-Boot-Lib: BOOT-INF/lib/\n");
        Path launcher = folder.resolve("org/springframework/boot/loader/launch/PropertiesLauncher.class");
        Files.createDirectories(launcher.getParent());
        Files.createFile(launcher);
        assertThat(arguments(folder.toString()))
                .containsExactly(
                        "-Dloader.main=" + MAIN,
                        "-cp",
                        folder.toString(),
                        "org.springframework.boot.loader.launch.PropertiesLauncher");
    }

    @Test
    void aWarOfSpringBoot() throws IOException {
        String launcher = "org.springframework.boot.loader.launch.PropertiesLauncher";
        Map<String, String> war = Map.of("Spring-Boot-Classes", "WEB-INF/classes/", "Spring-Boot-Lib", "WEB-INF/lib/");
        String jar = jar("app.war", war, launcher.replace('.', '/') + ".class", "WEB-INF/lib/a.jar");
        assertThat(arguments(jar))
                .containsExactly(
                        "-Dloader.main=" + MAIN,
                        "-Dloader.path=WEB-INF/classes,WEB-INF/lib,WEB-INF/lib-provided",
                        "-cp",
                        jar,
                        launcher);
        System.setProperty("loader.path", "plugins");
        assertThat(arguments(jar)).contains("-Dloader.path=plugins,WEB-INF/classes,WEB-INF/lib,WEB-INF/lib-provided");
    }

    @Test
    void theLauncherOfChildrenLooksWhereThatOfTheirWorkerDoes() throws IOException {
        System.setProperty("loader.path", "plugins");
        System.setProperty("loader.home", "/srv");
        System.setProperty("loader.config.name", "mine");
        System.setProperty("loader.args", "not for children");
        String launcher = "org.springframework.boot.loader.launch.PropertiesLauncher";
        String jar = jar("app.jar", BOOT, launcher.replace('.', '/') + ".class", "BOOT-INF/lib/a.jar");
        assertThat(arguments(jar))
                .containsExactly(
                        "-Dloader.main=" + MAIN,
                        "-Dloader.path=plugins",
                        "-Dloader.home=/srv",
                        "-Dloader.config.name=mine",
                        "-cp",
                        jar,
                        launcher);
        assertThat(arguments(jar, "-Dloader.path=theirs"))
                .as("an option for children wins")
                .contains("-Dloader.path=theirs", "-Dloader.home=/srv");
        String shaded = jar("shaded.jar", Map.of(), MAIN_FILE);
        assertThat(arguments(shaded)).isEqualTo(plain(shaded));
    }

    @AfterEach
    void clearProperties() {
        List.of("loader.path", "loader.home", "loader.config.name", "loader.args")
                .forEach(System::clearProperty);
    }

    /** Prints the arguments for the class path that it is given. */
    static final class Told {
        public static void main(String[] args) {
            System.out.println(arguments(args[0]));
        }
    }

    @Test
    void anEmptyEntryIsTheCurrentFolder() throws IOException {
        Path main = folder.resolve(MAIN_FILE);
        Files.createDirectories(main.getParent());
        Files.createFile(main);
        for (String classPath : List.of("gone.jar" + File.pathSeparator, File.pathSeparator + "gone.jar")) {
            Process told = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Told.class.getName(),
                            classPath)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(told.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains(plain(classPath).toString());
        }
    }

    @Test
    void whatCannotBeUsedIsToldWithTheCause() throws IOException {
        String nested = jar("one.jar", Map.of(), "lib/resque.jar");
        refused(nested).hasMessageContaining(nested + " holds other jars, which Java itself does not read");
        String withoutLauncher = jar("app.jar", BOOT, "BOOT-INF/lib/resque.jar");
        refused(withoutLauncher).hasMessageContaining(withoutLauncher + " holds other jars");
        String gone = folder.resolve("gone.jar").toString();
        refused(gone).hasMessageContaining("there is no " + gone);
        refused(jar("other.jar", Map.of(), "com/example/App.class")).hasMessageContaining("no entry holds it");
        refused("").hasMessageContaining("it is empty, as in a JVM that was started with a module path");
    }
}
