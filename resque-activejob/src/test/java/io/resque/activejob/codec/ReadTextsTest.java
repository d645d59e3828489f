package io.resque.activejob.codec;

import static io.resque.activejob.codec.ArgumentCodecTest.list;
import static io.resque.activejob.codec.ArgumentCodecTest.map;
import static io.resque.activejob.codec.ArgumentCodecTest.rails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations, times, decimals, zones and GlobalIDs, as Ruby spells them. */
class ReadTextsTest {
    private static final ArgumentCodec CODEC = ArgumentCodec.builder().build();

    @Test
    void thePartsOfADurationCanBePairsOrAHash() {
        Map<String, @Nullable Object> duration = rails("Duration", 5400L);
        assertThat(CODEC.read(list(duration)).positional()).isEqualTo(list(new RubyDuration(5400L, Map.of())));
        duration.put("parts", map("minutes", 90L, "_aj_symbol_keys", list("minutes")));
        assertThat(CODEC.read(list(duration)).positional()).isEqualTo(list(RubyDuration.of(90, "minutes")));
        duration.put("parts", list(list("minutes", 90L)));
        assertThat(CODEC.read(list(duration)).positional()).isEqualTo(list(RubyDuration.of(90, "minutes")));
        for (Object wrong :
                list("minutes", 5L, list(list("minutes")), list(list(5L, 5L)), list(list("minutes", "x")))) {
            duration.put("parts", wrong);
            assertThatThrownBy(() -> CODEC.read(list(duration))).hasMessageContaining("Argument 0 is a duration");
        }
    }

    @Test
    void aDurationIsTheNumberOfItsSeconds() {
        assertThat(new RubyDuration(1.5, Map.of()).toDuration()).isEqualTo(Duration.ofMillis(1500));
        assertThat(new RubyDuration(-1.5, Map.of()).toDuration()).isEqualTo(Duration.ofMillis(-1500));
        assertThat(RubyDuration.of(1, "months").toDuration()).isEqualTo(Duration.ofSeconds(2_629_746));
        assertThat(RubyDuration.of(Period.of(1, 0, 1)).toDuration()).isEqualTo(Duration.ofSeconds(31_556_952 + 86_400));
        assertThat(new RubyDuration(new BigDecimal("1E-9999"), Map.of()).toDuration())
                .isZero();
        assertThat(new RubyDuration(Long.MAX_VALUE, Map.of()).toDuration()).hasSeconds(Long.MAX_VALUE);
        assertThatThrownBy(() -> new RubyDuration(1e300, Map.of()).toDuration())
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new RubyDuration(new BigDecimal("9223372036854775808"), Map.of()).toDuration())
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new RubyDuration(Double.NaN, Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RubyDuration.of(1, "day")).hasMessageContaining("days");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2024-02-29T12:34:56Z | 2024-02-29T12:34:56Z",
                "2024-02-29T12:34:56.7Z | 2024-02-29T12:34:56.7Z",
                "2024-02-29t12:34:56z | 2024-02-29T12:34:56Z",
                " 2024-02-29T12:34:56.123456789012+0530 | 2024-02-29T12:34:56.123456789+05:30",
                "2024-02-29T12:34:56-03 | 2024-02-29T12:34:56-03:00",
                "2024-02-30T00:00:00Z | 2024-03-01T00:00:00Z",
                "2024-02-29T24:00:00Z | 2024-03-01T00:00:00Z",
                "2016-12-31T23:59:60Z | 2017-01-01T00:00:00Z",
                "2024-01-01T00:00:00+23:00 | 2023-12-31T01:00:00Z"
            })
    void aTimeIsReadAsRubyReadsIt(String text, String read) {
        assertThat(CODEC.read(list(rails("Time", text))).positional()).isEqualTo(list(OffsetDateTime.parse(read)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2024",
                "2024-02-29T25:00:00Z",
                "2024-02-29T24:00:01Z",
                "2024-02-29T12:60:00Z",
                "2024-13-01T00:00:00Z",
                "2024-02-00T00:00:00Z",
                "2024-02-29T12:34:56+24:00",
                "9999999999-01-01T00:00:00Z",
                "999999999-12-31T24:00:00Z",
                "2024-02-29 12:34:56Z"
            })
    void isNoTime(String text) {
        assertThatThrownBy(() -> CODEC.read(list(rails("Time", text)))).hasMessageContaining("is the time");
    }

    @ParameterizedTest
    @CsvSource({
        "2024-02-29,2024-02-29",
        "20240229,2024-02-29",
        "2024-W09-4,2024-02-29",
        "2024-060,2024-02-29",
        "2024-02-29T12:00:00Z,2024-02-29",
        "-0001-01-01,-0001-01-01"
    })
    void aDateIsReadAsRubyReadsIt(String text, String read) {
        assertThat(CODEC.read(list(rails("Date", text))).positional()).hasToString("[" + read + "]");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1.,1", ".5,0.5", "0.11e1,1.1", "1d2,1E+2", "1_000.5,1000.5", " -2.50 ,-2.50"})
    void aDecimalIsReadAsRubyReadsIt(String text, String read) {
        assertThat(CODEC.read(list(rails("BigDecimal", text))).positional()).isEqualTo(list(new BigDecimal(read)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "1__0", "_1", "1_", "0x1", "1e", "1e99999999999", "½"})
    void isNoDecimal(String text) {
        assertThatThrownBy(() -> CODEC.read(list(rails("BigDecimal", text)))).hasMessageContaining("is the decimal");
    }

    @Test
    void anUnknownZoneLeavesTheOffset() {
        Map<String, @Nullable Object> time = rails("TimeWithZone", "2024-02-29T12:34:56+01:00");
        assertThat(CODEC.read(list(time)).positional()).hasToString("[2024-02-29T12:34:56+01:00]");
        time.put("time_zone", "Mars/Base");
        assertThat(CODEC.read(list(time)).positional()).hasToString("[2024-02-29T12:34:56+01:00]");
        time.put("time_zone", "Pacific Time (US & Canada)");
        assertThat(CODEC.read(list(time)).positional()).hasToString("[2024-02-29T03:34:56-08:00[America/Los_Angeles]]");
        assertThat(ArgumentCodec.zone("Berlin")).contains(ZoneId.of("Europe/Berlin"));
        assertThat(Stream.of("+02:00", "Z", "", "GMT+2", "berlin", "SystemV/EST5")
                        .filter(each -> ArgumentCodec.zone(each).isPresent()))
                .isEmpty();
    }

    @Test
    void allZonesOfRailsAreInThisJvm() {
        assertThat(RubyZones.names())
                .hasSize(151)
                .allSatisfy(
                        name -> assertThat(ArgumentCodec.zone(name)).as(name).isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gid://shop/Person/7",
                "gid://shop-app/Billing::Invoice/a%2Fb+c",
                "gid://shop/Person/1/2",
                "gid://shop/Person/7?tenant=a&b=c+d",
                "gid://shop/Person/%C3%A9*"
            })
    void aGlobalIdIsWrittenAsItWasRead(String text) {
        assertThat(GlobalId.parse(text)).hasToString(text.replace("*", "%2A"));
        String base64 = java.util.Base64.getUrlEncoder().encodeToString(text.getBytes());
        assertThat(GlobalId.parse(base64)).isEqualTo(GlobalId.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gid://",
                "gid://shop",
                "gid://shop/Person",
                "gid://shop/Person/",
                "gid:///Person/7",
                "http://x/Y/1",
                "gid://shop/Person/%zz",
                "gid://shop/Person/%ff",
                "gid://shop/Person/é",
                "gid://shop/com.example/7",
                "gid://shop/Person/7//8",
                "gid://shop/Per son/7"
            })
    void isNoGlobalId(String text) {
        assertThatThrownBy(() -> GlobalId.parse(text)).isInstanceOf(ArgumentCodecException.class);
        assertThat(CODEC.read(list(map("_aj_globalid", text))).positional())
                .singleElement()
                .isInstanceOf(UnknownObject.class);
    }
}
