package io.resque.web.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTextTest {
    @ParameterizedTest
    @CsvSource({
        "mail, mail",
        "a/b, a~2Fb",
        ".., ~2E.",
        "a.b, a.b",
        ".a, ~2Ea",
        "é, ~C3~A9",
        "a~b, a~7Eb",
        "h:1:q, h:1:q"
    })
    void aNameIsASegmentAndBack(String name, String segment) {
        assertThat(UrlText.segment(name)).isEqualTo(segment);
        assertThat(UrlText.name(segment)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"~", "~2", "~2f", "~zz", "~61", "..", "a%2Fb", "é", "~FF", "a;b"})
    void eachNameHasOneSegment(String segment) {
        assertThat(UrlText.name(segment)).isEmpty();
    }

    @Test
    void fieldsAreReadAsBrowsersWriteThem() {
        assertThat(UrlText.fields("a=1&b=x+y%26&a=2&=3&c&%zz=1"))
                .isEqualTo(Map.of("a", List.of("1", "2"), "b", List.of("x y&")));
        assertThat(UrlText.fields("x=1&".repeat(2_000)).get("x")).hasSize(1_000);
        assertThat(UrlText.query(Map.of("a b", "ü&"))).isEqualTo("?a+b=%C3%BC%26");
    }
}
