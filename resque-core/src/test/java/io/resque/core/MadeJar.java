package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/** A jar with one provider, compiled for one test, so that a lookup finds what nobody would publish. */
public final class MadeJar {
    private static final String ADAPTER = """
            package com.acme;
            public class %s %s implements io.resque.api.spi.JobSerializerProvider {
                %s
                public String name() { return "acme"; }
                %s
                public io.resque.api.spi.JobSerializer create() { return null; }
            }
            """;
    private static final String VERSION = "public int portsVersion() { return PORTS_VERSION; }";
    private static final String API = """
            package io.resque.api.spi;
            public interface AdapterProvider { int PORTS_VERSION = %d; String name(); %s }
            """;

    private final Path folder;
    private final List<Path> sources = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final String provider;

    private MadeJar(Path folder, String provider) {
        this.folder = folder;
        this.provider = provider;
    }

    /** One that is as it should be. */
    public static MadeJar working(Path folder) throws IOException {
        return new MadeJar(folder, "Working").source("com/acme/Working", ADAPTER.formatted("Working", "", "", VERSION));
    }

    /** Another of the same name. */
    public static MadeJar alike(Path folder) throws IOException {
        return new MadeJar(folder, "Alike").source("com/acme/Alike", ADAPTER.formatted("Alike", "", "", VERSION));
    }

    /** One whose class is not in its jar. */
    public static MadeJar missing(Path folder) {
        return new MadeJar(folder, "Missing");
    }

    public static MadeJar throwing(Path folder) throws IOException {
        String constructor = "public Throwing() { throw new IllegalStateException(\"no licence\"); }";
        return new MadeJar(folder, "Throwing")
                .source("com/acme/Throwing", ADAPTER.formatted("Throwing", "", constructor, VERSION));
    }

    /** One whose superclass is not there at run time. */
    public static MadeJar unlinked(Path folder) throws IOException {
        MadeJar jar = new MadeJar(folder, "Unlinked")
                .source("com/acme/Base", "package com.acme; public class Base {}")
                .source("com/acme/Unlinked", ADAPTER.formatted("Unlinked", "extends Base", "", VERSION));
        jar.left.add("com/acme/Base");
        return jar;
    }

    /** One that calls in its constructor what is not there at run time. */
    public static MadeJar needy(Path folder) throws IOException {
        MadeJar jar = new MadeJar(folder, "Needy")
                .source("com/acme/Library", "package com.acme; public class Library {}")
                .source("com/acme/Needy", ADAPTER.formatted("Needy", "", "public Needy() { new Library(); }", VERSION));
        jar.left.add("com/acme/Library");
        return jar;
    }

    /** One that was compiled where the ports had this version. */
    public static MadeJar ofVersion(Path folder, int version) throws IOException {
        return of(folder, version, "int portsVersion();", VERSION);
    }

    /** One that was compiled when the ports did not tell a version. */
    public static MadeJar withoutVersion(Path folder) throws IOException {
        return of(folder, 0, "", "");
    }

    private static MadeJar of(Path folder, int version, String declared, String told) throws IOException {
        MadeJar jar = new MadeJar(folder, "Other")
                .source("io/resque/api/spi/AdapterProvider", API.formatted(version, declared))
                .source("com/acme/Other", ADAPTER.formatted("Other", "", "", told));
        jar.left.add("io/resque/api/spi/AdapterProvider");
        return jar;
    }

    private MadeJar source(String name, String text) throws IOException {
        Path file = folder.resolve("src").resolve(name + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        sources.add(file);
        return this;
    }

    /** Sees the jar, and whatever the parent sees. */
    public URLClassLoader loader(ClassLoader parent) throws IOException {
        return new URLClassLoader(new URL[] {make().toUri().toURL()}, parent);
    }

    private Path make() throws IOException {
        Path jar = folder.resolve("acme-" + provider.toLowerCase(java.util.Locale.ROOT) + ".jar");
        Path classes = Files.createDirectories(folder.resolve("made"));
        compile(classes);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.putNextEntry(new JarEntry("META-INF/services/io.resque.api.spi.JobSerializerProvider"));
            out.write(("com.acme." + provider + "  # made for a test\n").getBytes());
            for (Path source : sources) {
                String name =
                        folder.resolve("src").relativize(source).toString().replaceFirst("\\.java$", "");
                if (!left.contains(name)) {
                    out.putNextEntry(new JarEntry(name + ".class"));
                    out.write(Files.readAllBytes(classes.resolve(name + ".class")));
                }
            }
        }
        return jar;
    }

    private void compile(Path classes) {
        if (sources.isEmpty()) {
            return;
        }
        List<String> args = new ArrayList<>(List.of("-proc:none", "-d", classes.toString()));
        sources.forEach(source -> args.add(source.toString()));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, args.toArray(String[]::new)))
                .isZero();
    }
}
