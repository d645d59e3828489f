package io.resque.api.spi;

/** Makes a {@link JobSerializer}. Found by {@link java.util.ServiceLoader}. */
public interface JobSerializerProvider extends AdapterProvider {
    /**
     * Makes a serializer.
     *
     * @return a new one, or one that is shared: serializers have no state
     */
    JobSerializer create();
}
