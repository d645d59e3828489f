package io.resque.serialization.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.JobArgumentException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JacksonSerializerProviderTest {
    record Greeting(String firstName) {}

    private final JobSerializer serializer = JacksonSerializerProvider.using(JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build());

    @Test
    void yourMapperMakesTheObjects() {
        assertThat(serializer.convert(Map.of("first_name", "Ada"), Greeting.class))
                .isEqualTo(new Greeting("Ada"));
        assertThatThrownBy(() -> serializer.convert(Map.of("x", 1L), Greeting.class))
                .isInstanceOf(JobArgumentException.class)
                .hasMessageContaining("of an object")
                .hasMessageContaining("\"x\"");
    }

    @Test
    void yourMapperDoesNotTouchTheBytes() {
        assertThat(serializer.encode(Map.of("firstName", 1L))).isEqualTo(Payload.ofText("{\"firstName\":1}"));
    }

    @Test
    void theMessageNamesTheKindOfANumberThatDoesNotFitAndNotItsValue() {
        JobSerializer serializer = new JacksonSerializerProvider().create();
        for (Object number : List.of("4111111111111111", 4_111_111_111L)) {
            assertThatThrownBy(() -> serializer.convert(List.of(number), int[].class))
                    .hasMessageContaining("Expected an integer from -2147483648 to 2147483647 but was a ")
                    .hasMessageNotContaining("4111");
        }
    }
}
