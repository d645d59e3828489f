package io.resque.api.spi;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URL;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A library that an adapter is written for. An application often has another version of it than the adapter was compiled
 * with: a parent pom, such as Spring Boot's, beats an imported BOM.
 *
 * @param artifact its group and its name, as in {@code redis.clients:jedis}
 * @param oldest the oldest version that works
 * @param newest the newest version that was tried
 * @param setting the line of a pom that chooses a version under Spring Boot's parent, as in {@code
 *     <jedis.version>8.0.2</jedis.version>}
 */
public record Library(String artifact, String oldest, String newest, String setting) {
    /**
     * Opens an adapter. What it opens must use all that an old version lacks, or the error comes with the first job.
     *
     * @param <T> what is opened
     * @param opening runs once, in this thread
     * @param libraries what it needs; the first is named where every version fits
     * @return what was opened
     * @throws ConfigurationException if a class or method is missing: names the library, the version that was found, those
     *     that work and what to set
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
                        + "look for a jar that it needs and that is not on the class path, or for one"
                        + " that holds its classes in another version";
    }

    private String wayOut() {
        return "set " + setting + " in the properties of a pom whose parent is Spring Boot's, or else manage version "
                + newest + " before all imported BOMs";
    }

    /** What Maven wrote into its jar; null where a shaded jar has lost it. */
    private @Nullable String found() {
        String file = "META-INF/maven/" + artifact.replace(':', '/') + "/pom.properties";
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        URL there = context == null ? null : context.getResource(file);
        if (there == null) { // as in a pool's thread, which does not know a jar of jars
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
