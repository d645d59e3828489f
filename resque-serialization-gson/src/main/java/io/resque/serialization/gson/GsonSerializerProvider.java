package io.resque.serialization.gson;

import com.google.gson.Gson;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.Library;
import java.util.List;

/**
 * The serializer that uses Gson. Its name is {@code gson}.
 *
 * <p>{@link #create} uses a Gson that converts by the table of {@link JobSerializer#convert}: a fraction or a number
 * out of range is not converted to an integer, a number is not converted to a float or double that would lose digits,
 * only text is converted to text, only true and false to a boolean, and an unknown name is not converted to an enum
 * constant. Members of the tree that the class does not have are ignored; fields of the class that the tree does not
 * have keep their initial values; text that holds a number is converted to the number.
 */
public final class GsonSerializerProvider implements JobSerializerProvider {
    static final Library GSON =
            new Library("com.google.code.gson:gson", "2.11.0", "2.15.0", "<gson.version>2.15.0</gson.version>");

    /** Called by {@link java.util.ServiceLoader}. */
    public GsonSerializerProvider() {}

    /**
     * Creates a serializer that converts by your Gson, with its adapters and its strictness. The bytes of payloads do
     * not depend on your Gson.
     *
     * @param gson used by {@link JobSerializer#convert} only: for classes that are no record, number, text,
     *     enum, list or map, since jobs get these by rules that are the same for all serializers
     * @return a new serializer
     * @throws io.resque.api.ConfigurationException if the version of Gson on the class path does not work
     */
    public static JobSerializer using(Gson gson) {
        return Library.open(() -> new GsonSerializer(gson).checked(), GSON);
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
    public List<Library> libraries() {
        return List.of(GSON);
    }

    @Override
    public JobSerializer create() {
        return Library.open(() -> new GsonSerializer(StrictGson.create()).checked(), GSON);
    }
}
