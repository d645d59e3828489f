package io.resque.launcher.internal.pool;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.launcher.internal.child.ChildMain;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how a child JVM can load {@link ChildMain}: from the class path itself, or, if that is a Spring Boot jar, by the launcher
 * in it, since Java's own class loader does not read jars in a jar.
 */
final class ChildClassPath {
    private static final String MAIN = ChildMain.class.getName();

    /** The launcher that can be told another main class: from Spring Boot 3.2 on, and before. */
    private static final List<String> LAUNCHERS = List.of(
            "org.springframework.boot.loader.launch.PropertiesLauncher",
            "org.springframework.boot.loader.PropertiesLauncher");

    /** Where the launcher that can be told another main class looks, beside {@code BOOT-INF}. */
    private static final String PATH = "loader.path";

    private static final List<String> PLACES =
            List.of(PATH, "loader.home", "loader.config.name", "loader.config.location");

    /** Where only the launcher of a WAR looks. */
    private static final String PATH_OF_WAR = "WEB-INF/classes,WEB-INF/lib,WEB-INF/lib-provided";

    private final String text;
    private final List<Path> entries;

    private ChildClassPath(String text) {
        this.text = text;
        this.entries = entries(text);
    }

    /** The jars and folders of a class path. */
    static List<Path> entries(String classPath) {
        return Stream.of(classPath.split(File.pathSeparator, -1))
                .flatMap(ChildClassPath::expanded)
                .toList();
    }

    /**
     * The arguments of {@code java} that choose the class path and the main class. They stand behind the given options.
     *
     * @throws ConfigurationException if no child can load its main class from there; the message says why
     */
    static List<String> arguments(String classPath, List<String> javaOptions) {
        ChildClassPath path = new ChildClassPath(classPath);
        try (URLClassLoader loader = new URLClassLoader(path.urls(), ClassLoader.getPlatformClassLoader())) {
            if (holds(loader, MAIN)) {
                return List.of("-cp", classPath, MAIN);
            }
            Optional<String> layout = path.entries.stream()
                    .flatMap(each -> springBootLayout(each).stream())
                    .findFirst();
            Optional<String> launcher =
                    LAUNCHERS.stream().filter(each -> holds(loader, each)).findFirst();
            if (layout.isPresent() && launcher.isPresent()) {
                List<String> arguments = new ArrayList<>();
                arguments.add("-Dloader.main=" + MAIN);
                boolean war = layout.get().startsWith("WEB-INF/");
                arguments.addAll(places(javaOptions, war));
                arguments.addAll(List.of("-cp", classPath, launcher.get()));
                return arguments;
            }
        } catch (IOException e) {
            throw path.refused(e.getMessage());
        }
        throw path.refused(path.cause());
    }

    /** As {@code java} reads them: nothing is the current folder, and a star all jars of a folder. */
    private static Stream<Path> expanded(String entry) {
        if (!entry.equals("*") && !entry.endsWith(File.separator + "*")) {
            return Stream.of(Path.of(entry));
        }
        try (Stream<Path> files =
                Files.list(Path.of(entry.substring(0, entry.length() - 1)).toAbsolutePath())) {
            return files.filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".jar")).toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private URL[] urls() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (Path entry : entries) {
            urls.add(entry.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }

    private static boolean holds(URLClassLoader loader, String type) {
        return loader.findResource(type.replace('.', '/') + ".class") != null;
    }

    /** What {@code java -Dloader.path=… -jar app.jar} gave to the worker's launcher, or the given options to those of children. */
    private static List<String> places(List<String> javaOptions, boolean war) {
        List<String> options = new ArrayList<>();
        for (String name : PLACES) {
            String prefix = "-D" + name + "=";
            String value = javaOptions.stream()
                    .filter(option -> option.startsWith(prefix))
                    .map(option -> option.substring(prefix.length()))
                    .reduce((first, last) -> last)
                    .orElse(System.getProperty(name));
            if (war && name.equals(PATH)) {
                value = value == null ? PATH_OF_WAR : value + "," + PATH_OF_WAR;
            }
            if (value != null) {
                options.add(prefix + value);
            }
        }
        return options;
    }

    /** The folder of classes or jars in the entry, such as {@code BOOT-INF/lib/}, if Spring Boot has made the entry. */
    private static Optional<String> springBootLayout(Path entry) {
        try {
            Manifest manifest = manifest(entry);
            Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
            String jars = attributes.getValue("Spring-Boot-Lib");
            return Optional.ofNullable(jars != null ? jars : attributes.getValue("Spring-Boot-Classes"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static @Nullable Manifest manifest(Path entry) throws IOException {
        if (Files.isDirectory(entry)) {
            try (InputStream in = Files.newInputStream(entry.resolve(JarFile.MANIFEST_NAME))) {
                return new Manifest(in);
            }
        }
        try (JarFile jar = new JarFile(entry.toFile())) {
            return jar.getManifest();
        }
    }

    private String cause() {
        if (text.isBlank()) {
            return "it is empty, as in a JVM that was started with a module path";
        }
        for (Path entry : entries) {
            if (!Files.exists(entry)) {
                return "there is no " + JsonRules.forLog(entry.toString());
            }
            if (holdsJars(entry)) {
                return JsonRules.forLog(entry.toString()) + " holds other jars, which Java itself does not read";
            }
        }
        return "no entry holds it";
    }

    private static boolean holdsJars(Path entry) {
        if (!Files.isRegularFile(entry)) {
            return false;
        }
        try (JarFile jar = new JarFile(entry.toFile())) {
            return jar.stream().anyMatch(each -> each.getName().endsWith(".jar"));
        } catch (IOException e) {
            return false;
        }
    }

    private ConfigurationException refused(@Nullable String cause) {
        CodeSource here = ChildMain.class.getProtectionDomain().getCodeSource();
        return new ConfigurationException("A child process cannot load resque-process-launcher from the class path \""
                + JsonRules.forLog(text) + "\": " + cause
                + (here == null ? "" : "; this process has loaded it from " + here.getLocation())
                + ". Give the class path of the children, with this library and the modules, by"
                + " ProcessJobExecutor.builder().classPath(…)");
    }
}
