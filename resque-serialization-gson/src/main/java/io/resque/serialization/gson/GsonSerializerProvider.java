package io.resque.serialization.gson;

import com.google.gson.Gson;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.Library;

/**
 * Serializes by Gson, under the name {@code gson}.
 *
 * <p>Its own Gson converts strictly: a fraction or a number out of range never becomes an integer, only true and false
 * become a boolean, an unknown name never becomes an enum constant. Unknown members are ignored, text that holds a
 * number becomes that number, and what a class lacks in the tree keeps its initial value.
 */
public final class GsonSerializerProvider implements JobSerializerProvider {
    static final Library GSON =
            new Library("com.google.code.gson:gson", "2.11.0", "2.15.0", "<gson.version>2.15.0</gson.version>");

    /** Made by {@link java.util.ServiceLoader}. */
    public GsonSerializerProvider() {}

    /**
     * A serializer that makes objects by your Gson, with its adapters and its leniency. The bytes of payloads do not
     * depend on it.
     *
     * @param gson used by {@link JobSerializer#convert} only
     * @return a new serializer
     */
    public static JobSerializer using(Gson gson) {
        return Library.open(() -> new GsonSerializer(gson).tried(), GSON);
    }

    @Override
    public String name() {
        return "gson";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public JobSerializer create() {
        return Library.open(() -> new GsonSerializer(StrictGson.create()).tried(), GSON);
    }
}
