package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepReplyTest {
    private static List<StepReply> read(Object... words) {
        List<Object> reply = new ArrayList<>(List.of(1_795_361_599L));
        reply.addAll(List.of(words));
        return StepReply.readAll(reply);
    }

    @ParameterizedTest
    @CsvSource({"-1, LOST", "0, EMPTY", "2, PAUSED", "3, QUEUE_PASSED", "-3, POSTPONED", "-4, RECORD_GONE"})
    void aCodeAloneIsAReply(long code, StepReply.Bare reply) {
        assertThat(read(code)).containsExactly(reply);
    }

    @Test
    void repliesAreReadInTheirOrder() {
        byte[] payload = {'p'};
        byte[] key = Keys.bytes("resque:queue:low");
        List<StepReply> replies = read(
                11L,
                payload,
                1L,
                Keys.bytes(7),
                key,
                Keys.bytes(1_795_361_598L),
                payload,
                -2L,
                Keys.bytes("OOM"),
                13L,
                payload,
                0L);
        assertThat(replies)
                .containsExactly(
                        new StepReply.Taken(0, payload, 1_795_361_599),
                        new StepReply.Held(7, key, 1_795_361_598, payload),
                        new StepReply.Refused("OOM"),
                        new StepReply.Taken(2, payload, 1_795_361_599),
                        StepReply.Bare.EMPTY);
        assertThat(((StepReply.Held) replies.get(1)).job(new Keys("resque")))
                .isEqualTo(new ReservedJob(7, "low", Payload.of(payload), Instant.ofEpochSecond(1_795_361_598)));
        assertThat(read()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-5, 4, 10})
    void aCodeThatTheScriptDoesNotHaveIsRefused(long code) {
        assertThatThrownBy(() -> read(code))
                .isInstanceOf(BackendException.class)
                .hasMessage("step.lua answered with the code " + code + ", which it does not have");
    }
}
