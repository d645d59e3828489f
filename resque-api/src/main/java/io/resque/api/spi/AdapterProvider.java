package io.resque.api.spi;

/** What {@link java.util.ServiceLoader} finds: a small object with a name, which does nothing until it is asked. */
public interface AdapterProvider {
    /**
     * The name by which a user can choose this adapter.
     *
     * @return lower case, unique among the adapters of its kind
     */
    String name();
}
