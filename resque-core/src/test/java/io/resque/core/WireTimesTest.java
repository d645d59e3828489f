package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireTimesTest {
    @ParameterizedTest
    @CsvSource({
        "2026/11/22 15:36:45 UTC, 2026-11-22T15:36:45Z",
        "2026/11/22 15:36:45 GMT, 2026-11-22T15:36:45Z",
        "2026-11-22 15:45:24 +0000, 2026-11-22T15:45:24Z",
        "2026-11-22 15:45:24 -0500, 2026-11-22T20:45:24Z",
        "2026-11-22 15:45:24 UTC, 2026-11-22T15:45:24Z",
        "2026-11-22T15:35:23Z, 2026-11-22T15:35:23Z",
        "2026-11-22T15:35:04+01:00, 2026-11-22T14:35:04Z",
        "2026-11-22T15:35:04.123456789Z, 2026-11-22T15:35:04.123456789Z",
        "Sun Nov 22 15:35:05 UTC 2026, 2026-11-22T15:35:05Z",
        "Sun Nov 1 15:35:05 GMT 2026, 2026-11-01T15:35:05Z",
        "Sun Nov 01 15:35:05 GMT 2026, 2026-11-01T15:35:05Z",
        "Wed Sep 02 15:35:05 UTC 2026, 2026-09-02T15:35:05Z",
        "Sun Nov 22 2026 15:43:17 GMT+0000 (Coordinated Universal Time), 2026-11-22T15:43:17Z",
        "Sun Nov 22 2026 15:43:17 GMT+0100 (Central European Standard Time), 2026-11-22T14:43:17Z",
        "' 1795361599 ', 2026-11-22T15:33:19Z",
    })
    void readsWhatSaysItsZone(String text, Instant instant) {
        assertThat(WireTimes.parse(text)).contains(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "garbage of a clock",
                "2026/11/22 15:36:45",
                "2026/11/22 15:36:45 EST",
                "2026/11/22 15:36:45 IST",
                "Sun Nov 22 15:35:05 CET 2026",
                "2026-11-22T15:35:23",
                "2026/13/45 15:36:45 UTC",
                "17953615990000000000000",
                "2026/",
                "2026-"
            })
    void isSilentAboutWhatDoesNot(String text) {
        assertThat(WireTimes.parse(text)).isEmpty();
    }
}
