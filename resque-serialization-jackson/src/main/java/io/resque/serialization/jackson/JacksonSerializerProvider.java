package io.resque.serialization.jackson;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.Library;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * The serializer that uses Jackson 3. Its name is {@code jackson}.
 *
 * <p>{@link #create} uses a mapper that converts by the table of {@link JobSerializer#convert}: a fraction or a number
 * out of range is not converted to an integer, a number is not converted to a float or double that would lose digits,
 * only text is converted to text, only true and false to a boolean, and an unknown name is not converted to an enum
 * constant. Members of the tree that the class does not have are ignored; fields of the class that the tree does not
 * have keep their initial values; text that holds a number is converted to the number.
 */
public final class JacksonSerializerProvider implements JobSerializerProvider {
    static final Library JACKSON = new Library(
            "tools.jackson.core:jackson-databind",
            "3.0.0",
            "3.2.4",
            "<jackson-bom.version>3.2.4</jackson-bom.version>");
    /** Jackson 3 uses the annotations of Jackson 2, and the application may have an older version of these. */
    static final Library ANNOTATIONS = new Library(
            "com.fasterxml.jackson.core:jackson-annotations",
            "2.21",
            "2.22",
            "<jackson-bom.version>2.21.4</jackson-bom.version> (Spring Boot 4: <jackson-2-bom.version>)");

    /** Called by {@link java.util.ServiceLoader}. */
    public JacksonSerializerProvider() {}

    /**
     * Creates a serializer that converts by your mapper, with its modules and its strictness. The bytes of payloads do not
     * depend on your mapper.
     *
     * @param mapper for example a {@link JsonMapper}; used by {@link JobSerializer#convert} only: for classes that are no record, number,
     *     text, enum, list or map, since jobs get these by rules that are the same for all serializers
     * @return a new serializer
     * @throws io.resque.api.ConfigurationException if the version of Jackson on the class path does not work
     */
    public static JobSerializer using(ObjectMapper mapper) {
        return opened(() -> mapper);
    }

    @Override
    public String name() {
        return "jackson";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public List<Library> libraries() {
        return List.of(JACKSON, ANNOTATIONS);
    }

    @Override
    public JobSerializer create() {
        return opened(JacksonSerializerProvider::strictMapper);
    }

    private static JobSerializer opened(Supplier<ObjectMapper> mapper) {
        return Library.open(() -> new JacksonSerializer(mapper.get()).checked(), JACKSON, ANNOTATIONS);
    }

    private static JsonMapper strictMapper() {
        return JsonMapper.builder()
                .addModule(StrictValues.module())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(EnumFeature.READ_ENUMS_USING_TO_STRING)
                .withCoercionConfigDefaults(
                        config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Boolean,
                        config -> config.setCoercion(CoercionInputShape.String, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
                .build();
    }
}
