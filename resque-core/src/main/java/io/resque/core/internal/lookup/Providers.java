package io.resque.core.internal.lookup;

import io.resque.api.spi.AdapterProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Spliterator;
import org.jspecify.annotations.Nullable;

/** The providers of one kind that a class loader finds: the usable ones, and the broken ones with their problems. */
final class Providers<P extends AdapterProvider> {
    private static final String FILES = "META-INF/services/";

    /** A class loader that fails for ever must not be asked for ever. */
    private static final int MOST_FAILURES = 100;

    /**
     * A provider that cannot be used.
     *
     * @param name its name; null if it could not be asked for it
     * @param problem begins with its class and its jar
     */
    record Broken(
            @Nullable String name, String problem, @Nullable Throwable cause) {}

    final List<P> usable = new ArrayList<>();
    final List<Broken> broken = new ArrayList<>();
    private final Class<P> type;
    private final @Nullable ClassLoader from;

    Providers(Class<P> type, @Nullable ClassLoader from) {
        this.type = type;
        this.from = from == null ? ClassLoader.getSystemClassLoader() : from;
        load();
    }

    boolean isEmpty() {
        return usable.isEmpty() && broken.isEmpty();
    }

    private void load() {
        Spliterator<ServiceLoader.Provider<P>> all =
                ServiceLoader.load(type, from).stream().spliterator();
        Throwable unreadable = null;
        for (int failures = 0; failures < MOST_FAILURES; failures++) {
            try {
                while (all.tryAdvance(this::add)) {}
                break;
            } catch (ServiceConfigurationError | LinkageError e) {
                unreadable = e;
            }
        }
        if (unreadable != null) {
            blame(unreadable);
        }
    }

    private void add(ServiceLoader.Provider<P> found) {
        String what = found.type().getName() + " (" + origin(found.type()) + ")";
        try {
            P provider = found.get();
            String name = provider.name();
            int version = version(provider);
            if (version == AdapterProvider.PORTS_VERSION) {
                usable.add(provider);
            } else {
                broken.add(new Broken(name, otherVersion(what, version), null));
            }
        } catch (ServiceConfigurationError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            broken.add(new Broken(null, what + " cannot be made: " + shown(cause), e));
        } catch (LinkageError | RuntimeException e) {
            broken.add(new Broken(null, what + " cannot be used: " + shown(e), e));
        }
    }

    /** 0 for a provider that was compiled before there were versions. */
    private static int version(AdapterProvider provider) {
        try {
            return provider.portsVersion();
        } catch (AbstractMethodError e) {
            return 0;
        }
    }

    /** An adapter must understand the calls of core, so the version for which core was compiled counts. */
    private static String otherVersion(String what, int version) {
        return what + " is built for "
                + (version == 0 ? "ports of before version 1" : "version " + version + " of the ports") + ", and this "
                + origin(Providers.class) + " for version " + AdapterProvider.PORTS_VERSION;
    }

    /** ServiceLoader does not tell where it met a class that it could not load, so look for it as it does. */
    private void blame(Throwable error) {
        int before = broken.size();
        try {
            for (URL file : Collections.list(from.getResources(FILES + type.getName()))) {
                for (String name : names(file)) {
                    try {
                        check(Class.forName(name, false, from));
                    } catch (ReflectiveOperationException | LinkageError e) {
                        String what = name + " (" + origin(file.toString()) + ")";
                        broken.add(new Broken(null, what + " cannot be loaded: " + shown(e), e));
                    }
                }
            }
        } catch (IOException e) {
            error.addSuppressed(e);
        }
        if (broken.size() == before) {
            String what = "listed in a file " + FILES + type.getName();
            broken.add(new Broken(
                    null, what + " cannot be loaded: " + error.getClass().getName(), error));
        }
    }

    private void check(Class<?> found) throws ReflectiveOperationException {
        if (!type.isAssignableFrom(found)) {
            throw new ClassNotFoundException(
                    "it is no " + type.getSimpleName() + " of the resque-api that is used here");
        }
        found.getConstructor();
    }

    private static List<String> names(URL file) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
            return in.lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        }
    }

    /** Its first line: linkage errors have pages. */
    private static String shown(Throwable e) {
        return e.toString().lines().findFirst().orElse("");
    }

    static String origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null
                ? "no jar"
                : origin(source.getLocation().toString());
    }

    /** The name of the jar or module, without its path, which must not be in a log. */
    private static String origin(String location) {
        int file = location.indexOf("/" + FILES);
        String[] path = (file < 0 ? location : location.substring(0, file)).split("/");
        int last = path.length - 1;
        boolean classes = last >= 2 && path[last].endsWith("classes");
        String name = classes ? path[last - 2] : path[last];
        return name.endsWith("!") ? name.substring(0, name.length() - 1) : name;
    }
}
