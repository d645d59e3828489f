package io.resque.serialization.gson;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.Payload;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gson itself takes a long number for no JSON. */
class LongNumberTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#      | A number of 5000 characters; at most 1000 are read at line 1 column 1",
                "[1,#]  | A number of 5000 characters; at most 1000 are read at line 1 column 4",
                "{\"a\":~ [~2,-#]} | A number of 5001 characters; at most 1000 are read at line 3 column 3",
                "[1,x#] | Not valid JSON at line 1 column 4",
            })
    void aLongNumberIsNamed(String text, String message) {
        String json = text.replace("#", "9".repeat(5_000)).replace('~', '\n');
        assertThatThrownBy(() -> new GsonSerializerProvider().create().decode(Payload.ofText(json)))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage(message);
    }
}
