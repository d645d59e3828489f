package io.resque.serialization.jackson;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.Library;
import java.util.function.Supplier;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Serializes by Jackson 3, under the name {@code jackson}.
 *
 * <p>Its own mapper converts strictly: a fraction or a number out of range never becomes an integer, only true and
 * false become a boolean, an unknown name never becomes an enum constant. Unknown members are ignored, text that holds
 * a number becomes that number, and what a class lacks in the tree keeps its initial value.
 */
public final class JacksonSerializerProvider implements JobSerializerProvider {
    static final Library JACKSON = new Library(
            "tools.jackson.core:jackson-databind",
            "3.0.0",
            "3.2.4",
            "<jackson-bom.version>3.2.4</jackson-bom.version>");
    /** Jackson 3 takes them from Jackson 2, of which the application may have an older version. */
    static final Library ANNOTATIONS = new Library(
            "com.fasterxml.jackson.core:jackson-annotations",
            "2.21",
            "2.22",
            "<jackson-bom.version>2.21.4</jackson-bom.version> (Spring Boot 4: <jackson-2-bom.version>)");

    /** Made by {@link java.util.ServiceLoader}. */
    public JacksonSerializerProvider() {}

    /**
     * A serializer that makes objects by your mapper, with its modules and its leniency. The bytes of payloads do not
     * depend on it.
     *
     * @param mapper used by {@link JobSerializer#convert} only; such as a {@link JsonMapper}
     * @return a new serializer
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
    public JobSerializer create() {
        return opened(JacksonSerializerProvider::strictMapper);
    }

    private static JobSerializer opened(Supplier<ObjectMapper> mapper) {
        return Library.open(() -> new JacksonSerializer(mapper.get()).tried(), JACKSON, ANNOTATIONS);
    }

    private static JsonMapper strictMapper() {
        return JsonMapper.builder()
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
