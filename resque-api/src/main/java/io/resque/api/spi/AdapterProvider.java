package io.resque.api.spi;

import java.util.List;

/** The entry point of an adapter, which {@link java.util.ServiceLoader} finds. Its constructor must do nothing. */
public interface AdapterProvider {
    /** The version of the ports in this package. It rises only in a release for which adapters must be compiled again. */
    int PORTS_VERSION = 1;

    /**
     * The name by which a user chooses this adapter.
     *
     * @return a name that no other adapter of the same kind has, the same each time: lower-case letters, digits and
     *     dashes, with a letter first
     */
    String name();

    /**
     * The version of the ports that this adapter was compiled for. Write {@code return PORTS_VERSION;}. The lookup
     * refuses an adapter for another version by an error that names both versions; without this check, the first
     * symptom would be an {@link AbstractMethodError} in the middle of a job.
     *
     * <p>The compiler copies the constant into the adapter's class, so the adapter still returns the version that it
     * was compiled for. This method is abstract on purpose: a default method would return the version of the
     * {@code resque-api} at run time.
     *
     * @return {@link #PORTS_VERSION}
     */
    int portsVersion();

    /**
     * The libraries that this adapter uses. The compatibility kit writes their versions into its statement, which it
     * reads from the {@code pom.properties} that Maven puts into a jar; for a jar without these it writes <i>unknown</i>.
     *
     * @return by default none
     */
    default List<Library> libraries() {
        return List.of();
    }
}
