package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.AdapterProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The check of W-980: whether a user finds an adapter on the class path by its name. */
final class ProviderCheck {
    /** A class loader that fails for ever must not be asked for ever. */
    private static final int MOST_FAILURES = 100;

    private ProviderCheck() {}

    static <P extends AdapterProvider> void isFound(Class<P> type, P provider) {
        String call = provider.getClass().getName() + ".";
        String name = provider.name();
        assertThat(name)
                .as("%sname() must be a name in lower-case letters, digits and dashes that begins with a letter", call)
                .matches("[a-z][a-z0-9-]*");
        assertThat(provider.name())
                .as("%sname() must return the same name each time", call)
                .isEqualTo(name);

        String file = "META-INF/services/" + type.getName();
        List<String> broken = new ArrayList<>();
        List<P> found = load(type, broken);
        assertThat(found.stream().map(ProviderCheck::name).toList())
                .as(
                        "the names of the providers that ServiceLoader finds must contain \"%s\" once: a file %s must"
                                + " have the name of the provider's class on a line of its own. Providers that cannot be"
                                + " made: %s",
                        name, file, broken)
                .containsOnlyOnce(name);
        P used =
                found.stream().filter(one -> name.equals(name(one))).findFirst().orElseThrow();
        for (P one : List.of(provider, used)) {
            assertThat(version(one))
                    .as(
                            "%s.portsVersion() must be the version of the ports of this kit: return PORTS_VERSION, and"
                                    + " compile the adapter for the resque-api that it is tested with",
                            one.getClass().getName())
                    .isEqualTo(String.valueOf(AdapterProvider.PORTS_VERSION));
        }
    }

    /** A provider of another adapter that is broken hides none. */
    private static <P extends AdapterProvider> List<P> load(Class<P> type, List<String> broken) {
        List<P> found = new ArrayList<>();
        Iterator<P> all = ServiceLoader.load(type).iterator();
        while (broken.size() < MOST_FAILURES) {
            try {
                if (!all.hasNext()) {
                    break;
                }
                found.add(all.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                broken.add(e.toString());
            }
        }
        return found;
    }

    /** The name of any provider on the class path, whatever it throws. */
    private static @Nullable String name(AdapterProvider provider) {
        try {
            return provider.name();
        } catch (RuntimeException | LinkageError e) {
            return null;
        }
    }

    private static String version(AdapterProvider provider) {
        try {
            return String.valueOf(provider.portsVersion());
        } catch (AbstractMethodError e) {
            return "absent";
        }
    }
}
