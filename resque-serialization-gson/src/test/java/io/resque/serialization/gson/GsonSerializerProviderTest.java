package io.resque.serialization.gson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import io.resque.api.JobArgumentException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GsonSerializerProviderTest {
    record Greeting(String firstName) {}

    enum Size {
        SMALL
    }

    private final JobSerializer serializer = GsonSerializerProvider.using(new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .setObjectToNumberStrategy(ToNumberPolicy.DOUBLE)
            .setPrettyPrinting()
            .create());

    @Test
    void yourGsonMakesTheObjects() {
        assertThat(serializer.convert(Map.of("first_name", "Ada"), Greeting.class))
                .isEqualTo(new Greeting("Ada"));
        assertThat(serializer.convert(1L, Object.class)).isEqualTo(1.0);
    }

    @Test
    void aNullThatYourGsonMakesOfAValueIsRefused() {
        assertThatThrownBy(() -> serializer.convert("MEDIUM", Size.class))
                .isInstanceOf(JobArgumentException.class)
                .hasMessageContaining("Size")
                .hasMessageContaining("a string");
    }

    @Test
    void yourGsonDoesNotTouchTheBytes() {
        assertThat(serializer.encode(Map.of("firstName", 1L))).isEqualTo(Payload.ofText("{\"firstName\":1}"));
    }
}
