package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Effect;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every call that takes effects, by its name. */
final class JobEnds {
    private static final Payload NOT_WRITTEN = Payload.ofText("{\"error\":\"the job was put back\"}");

    private JobEnds() {}

    /** A call that takes effects, for a job of the queue {@code high} that a session holds. */
    interface End {
        void of(WorkerSession session, ReservedJob job, List<Effect> effects);
    }

    static Map<String, End> of(BackendRules bench) {
        Map<String, End> ends = new LinkedHashMap<>();
        ends.put(
                "settle",
                (session, job, effects) ->
                        assertThat(session.settle(new Settlement(job, effects))).isTrue());
        ends.put(
                "settleAndReserve",
                (session, job, effects) -> assertThat(
                                session.settleAndReserve(new Settlement(job, effects, true), BackendRules.of("none")))
                        .isEqualTo(Reservation.EMPTY));
        ends.put(
                "settleAndReserveAsync",
                (session, job, effects) -> assertThat(BackendRules.answer(session.settleAndReserveAsync(
                                new Settlement(job, effects, true), BackendRules.of("none"))))
                        .isEqualTo(Reservation.EMPTY));
        ends.put(
                "putBack",
                (session, job, effects) ->
                        assertThat(session.putBack(job, effects)).isTrue());
        ends.put(
                "recover",
                (session, job, effects) -> assertThat(bench.backend
                                .workers()
                                .recover(new Recovery(bench.inspect(BackendRules.ID), effects, null)))
                        .isEqualTo(Recovery.Outcome.FAILED));
        ends.put("recover with a requeue", (session, job, effects) -> {
            Recovery.Requeue requeue = new Recovery.Requeue("high", job.payload(), effects, 3, Duration.ofHours(1));
            List<Effect> failure = List.of(BackendRules.fails(NOT_WRITTEN));
            assertThat(bench.backend.workers().recover(new Recovery(bench.inspect(BackendRules.ID), failure, requeue)))
                    .isEqualTo(Recovery.Outcome.REQUEUED);
        });
        return ends;
    }
}
