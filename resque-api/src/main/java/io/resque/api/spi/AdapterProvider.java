package io.resque.api.spi;

/** What {@link java.util.ServiceLoader} finds: a small object with a name, which does nothing until it is asked. */
public interface AdapterProvider {
    /** The version of the ports in this package. Rises when adapters have to be compiled anew, not with each release. */
    int PORTS_VERSION = 1;

    /**
     * The name by which a user can choose this adapter.
     *
     * @return lower case, unique among the adapters of its kind
     */
    String name();

    /**
     * The version of the ports that this adapter was compiled for; write {@code return PORTS_VERSION;}. An adapter for
     * another version is refused when it is looked up, by an error that names both, and not by an
     * {@link AbstractMethodError} in the middle of a job.
     *
     * <p>The compiler copies the constant into the adapter, so its jar goes on saying what it was made for, whatever it
     * runs with. For the same reason this is no default method, which nobody could forget either: that one would run in
     * the {@code resque-api} that is there at run time, and would always answer with the version of that.
     *
     * @return {@link #PORTS_VERSION}
     */
    int portsVersion();
}
