package io.resque.api.spi;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URL;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A library that an adapter uses. An application often has another version of it than the adapter was compiled with: the
 * versions of a parent pom, such as Spring Boot's, override those of an imported BOM.
 *
 * @param artifact group and artifact id, as in {@code redis.clients:jedis}
 * @param oldest the oldest version that works
 * @param newest the newest version that was tested
 * @param setting the line of a pom that sets the version under Spring Boot's parent, as in
 *     {@code <jedis.version>8.0.2</jedis.version>}
 */
public record Library(String artifact, String oldest, String newest, String setting) {
    /**
     * Opens an adapter, and explains a missing class or method of its libraries. {@code opening} must use every class
     * and method that an old version may lack; otherwise the error appears only with the first job.
     *
     * @param <T> the type of the adapter
     * @param opening opens the adapter; called once, in this thread
     * @param libraries the libraries that the adapter uses. If all of them have a version that works, the error names
     *     the first
     * @return what {@code opening} returned
     * @throws ConfigurationException if a class or method is missing; the message names the library, the version on the
     *     class path, the versions that work, and what to set
     */
    public static <T> T open(Supplier<T> opening, Library... libraries) {
        try {
            return opening.get();
        } catch (LinkageError e) {
            for (Library library : libraries) {
                String found = library.found();
                if (found != null && !library.takes(found)) {
                    throw new ConfigurationException(library.doesNotWork(found), e);
                }
            }
            throw new ConfigurationException(libraries[0].cannotBeUsed(e), e);
        }
    }

    /**
     * The version of the library on the class path.
     *
     * @return the version that Maven wrote into the library's jar; empty if there is none, as in a shaded jar
     */
    public Optional<String> version() {
        return Optional.ofNullable(found());
    }

    private boolean takes(String found) {
        Version version = Version.parse(found);
        return version.compareTo(Version.parse(oldest)) >= 0 && version.compareTo(Version.parse(newest)) <= 0;
    }

    private String doesNotWork(String found) {
        return artifact + " " + found + " is on the class path, and Resque works with " + oldest + " to " + newest
                + ": " + wayOut();
    }

    private String cannotBeUsed(LinkageError e) {
        String found = found();
        String error = " cannot be used (" + e.toString().lines().findFirst().orElse("") + "); ";
        return found == null
                ? artifact + error + "Resque works with " + oldest + " to " + newest + ": " + wayOut()
                : artifact + " " + found + error
                        + "look for a jar that it needs and that is missing on the class path, and for another jar"
                        + " that holds its classes in another version";
    }

    private String wayOut() {
        return "set " + setting + " in the properties of a pom whose parent is Spring Boot's, or else manage version "
                + newest + " before all imported BOMs";
    }

    private @Nullable String found() {
        String file = "META-INF/maven/" + artifact.replace(':', '/') + "/pom.properties";
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        URL there = context == null ? null : context.getResource(file);
        if (there == null) { // the context loader of a pool's thread does not see into a jar of jars
            there = Library.class.getClassLoader().getResource(file);
        }
        if (there == null) {
            return null;
        }
        try (InputStream in = there.openStream()) {
            Properties properties = new Properties();
            properties.load(in);
            String version = properties.getProperty("version");
            return version != null && version.matches("\\d.*") ? version : null;
        } catch (IOException e) {
            return null;
        }
    }
}
