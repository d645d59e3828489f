package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OversizePayloadTest {
    private static final Map<String, Object> TREE = Map.of(
            "class",
            "OversizePayload",
            "size",
            9L,
            "kept_in",
            "java:oversize",
            "kept_as",
            "f",
            "head",
            "h",
            "tail",
            "t");

    private static Map<String, Object> with(String member, Object value) {
        Map<String, Object> tree = new HashMap<>(TREE);
        tree.put(member, value);
        return tree;
    }

    private static OversizePayload payload(String head, String tail) {
        return new OversizePayload(100, "java:oversize", "f", head, tail);
    }

    @Test
    void isReadWithThePlaceOfItsBytes() {
        assertThat(OversizePayload.of(TREE)).isEqualTo(new OversizePayload(9, "java:oversize", "f", "h", "t"));
        OversizePayload lost = new OversizePayload(9, null, null, "h", "t");
        assertThat(OversizePayload.of(with("kept_in", null))).isEqualTo(lost);
        assertThat(OversizePayload.of(with("kept_as", null))).isEqualTo(lost);
    }

    @ParameterizedTest
    @ValueSource(strings = {"class", "size", "head", "tail"})
    void aPayloadWithoutOneOfItsMembersIsAnotherJob(String member) {
        assertThat(OversizePayload.of(with(member, null))).isNull();
    }

    @Test
    void anotherPayloadIsAnotherJob() {
        assertThat(OversizePayload.of(with("class", "Mail"))).isNull();
        assertThat(OversizePayload.of("OversizePayload")).isNull();
        assertThat(OversizePayload.of(null)).isNull();
    }

    @Test
    void theNamesOfTheBytesAreFoundInAnyRecord() {
        assertThat(OversizePayload.namesIn("{\"kept_as\":\"a1\",…\"raw\":\"{\\\"kept_as\\\":\\\"b2\\\"…"))
                .containsExactlyInAnyOrder("a1", "b2");
        assertThat(OversizePayload.namesIn("kept_as")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            nullValues = "-",
            value = {
                "x],\"id\":\"ab\"}; ab",
                "x],\"id\":\"ab\",\"queue_time\":1.5}; ab",
                "x],\"id\":\"ab\",\"prefix\":\"p\"}; p_ab",
                "x],\"prefix\":\"p\",\"id\":\"ab\"}; p_ab",
                "x],\"id\":\"ab\",\"id\":\"cd\"}; cd",
                "x],\"prefix\":\"p\"}; -",
                "x],\"queue_time\":1.5}; -",
                "x]}; -",
                "{\"id\":\"ab\"}]}; -",
            })
    void theEndOfThePayloadShowsItsToken(String tail, String token) {
        assertThat(payload("", tail).token()).isEqualTo(token);
    }

    @Test
    void theBeginningOfThePayloadShowsItsClass() {
        assertThat(payload("{\"class\":\"Mail\",\"args\":[", "").jobClass()).isEqualTo("Mail");
        assertThat(payload("{\"args\":[", "").jobClass()).isEqualTo("OversizePayload");
    }

    @Test
    void theMessageSaysWhyAndWhereTheBytesAre() {
        String kept = ". Its bytes are whole in the hash java:oversize, field f; give a worker more heap, raise its "
                + "largest payload (max-payload, MAX_PAYLOAD), and retry this failure";
        assertThat(payload("", "").message(99))
                .isEqualTo(
                        "The payload of OversizePayload has 100 bytes, more than the 99 that this worker takes" + kept);
        assertThat(payload("", "").message(100))
                .isEqualTo("The payload of OversizePayload has 100 bytes, which this worker could not read within its "
                        + "memory and its time" + kept);
        assertThat(new OversizePayload(100, null, null, "", "").message(99))
                .endsWith(" takes, and its bytes are not kept");
    }

    @Test
    void aSubscriptionToNothingHasALimit() {
        assertThat(OversizePayload.nothing(20_000).maxPayload()).isEqualTo(20_000);
        assertThat(OversizePayload.nothing(20_000).sources()).isEmpty();
    }
}
