package io.resque.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
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
        // Jesque
        "2026-11-29T08:34:07.594+0000, 2026-11-29T08:34:07.594Z",
        // pyres, resque-clojure and resque-retry name no zone
        "2026/11/29 08:32:38, 2026-11-29T08:32:38Z",
        "2026/11/29 8:32:38, 2026-11-29T08:32:38Z",
        "2026-11-22T15:35:23, 2026-11-22T15:35:23Z",
        // Resque.NET
        "2026/11/29 09:34:14 +01:00, 2026-11-29T08:34:14Z",
        "2026 Nov 29 09:31:36 +01:00, 2026-11-29T08:31:36Z",
        // goworker
        "2026-11-29 08:31:36.630457642 +0000 UTC m=+0.002405952, 2026-11-29T08:31:36.630457642Z",
        "2026-11-29 09:31:36.63 +0100 CET m=+12.5, 2026-11-29T08:31:36.63Z",
        "2026-11-29 11:31:36 +0300 +03 m=-0.1, 2026-11-29T08:31:36Z",
        "2026-11-29 08:31:36 +0000 UTC, 2026-11-29T08:31:36Z",
        "2026-11-29T08:31:36.630379506Z, 2026-11-29T08:31:36.630379506Z",
        "2026-11-29T09:31:36.63+01:00, 2026-11-29T08:31:36.63Z",
        // PHP and Ruby outside UTC
        "Sun Nov 29 09:31:27 CET 2026, 2026-11-29T08:31:27Z",
        "2026/11/29 09:34:14 CET, 2026-11-29T08:34:14Z",
        "2026/11/29 09:34:14 EST, 2026-11-29T14:34:14Z",
        // resque-clojure
        "Sun Nov 29 8:31:36 +0000 2026, 2026-11-29T08:31:36Z",
        // Perl
        "2026-11-29 08:38:32 UTC, 2026-11-29T08:38:32Z",
        // exq, pyres and others: seconds with fraction, milliseconds
        "1795941167.25, 2026-11-29T08:32:47.250Z",
        "1795941152.4459207, 2026-11-29T08:32:32.445920700Z",
        "1795941167250, 2026-11-29T08:32:47.250Z",
        "1795941160, 2026-11-29T08:32:40Z",
    })
    void readsWhatEachWrites(String text, Instant instant) {
        assertThat(WireTimes.parse(text)).contains(instant);
        assertThat(new WorkerSnapshot("h:1:q", true, null, null, null, text, Map.of(), Instant.EPOCH).heartbeatAt())
                .as("as a heartbeat")
                .contains(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "garbage of a clock",
                "2026/11/22 15:36:45 CST",
                "2026/11/22 15:36:45 IST",
                "Sun Nov 22 15:35:05 BST 2026",
                "Sun Nov 22 15:35:05 PST 2026",
                "Sun Nov 22 15:35:05",
                "Sun Nox 22 15:35:05 UTC 2026",
                "2026/11/22 15:36:45 +99:00",
                "2026-11/22 15:36:45",
                "2026/11/22 25:36:45",
                "2026/11/22",
                "15:36:45",
                "1795361",
                "1795941167250000",
                "-1795941160",
                "1795941160.",
                "2026/13/45 15:36:45 UTC",
                "17953615990000000000000",
                "2026/",
                "2026-"
            })
    void isSilentAboutWhatIsNotSure(String text) {
        assertThat(WireTimes.parse(text)).isEmpty();
    }

    @Test
    void aTextOfMoreThanAHundredCharactersIsNotRead() {
        String longest = "1795361599." + "2".repeat(89);
        assertThat(WireTimes.parse(longest)).contains(Instant.ofEpochSecond(1_795_361_599, 222_222_222));
        assertThat(WireTimes.parse(longest + "2")).isEmpty();
    }
}
