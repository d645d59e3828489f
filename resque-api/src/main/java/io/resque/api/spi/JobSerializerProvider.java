package io.resque.api.spi;

/** Creates a {@link JobSerializer}. {@link java.util.ServiceLoader} finds it. */
public interface JobSerializerProvider extends AdapterProvider {
    /**
     * Creates a serializer.
     *
     * @return a new serializer, or a shared one, since serializers have no state
     */
    JobSerializer create();
}
