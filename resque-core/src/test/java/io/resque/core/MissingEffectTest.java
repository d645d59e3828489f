package io.resque.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.Retry;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Effect;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** An adapter that does not know an effect is refused when a {@link Resque} opens, not when a job ends. */
class MissingEffectTest {
    private final CoreRedis redis = new CoreRedis();
    private final QueueBackend backend =
            Mockito.spy(new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace)));

    @AfterEach
    void close() {
        backend.close();
    }

    private void lacks(Class<? extends Effect> effect) {
        Set<Class<? extends Effect>> known = new HashSet<>(backend.effects());
        known.remove(effect);
        Mockito.doReturn(known).when(backend).effects();
    }

    private ResqueBuilder builder() {
        return Resque.builder().backend(backend).serializer("gson");
    }

    @Test
    void itIsRefusedByAnErrorThatNamesAdapterEffectAndWayOut() {
        lacks(Effect.RecordFailure.class);
        assertThatThrownBy(() -> builder().build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(backend.getClass().getName())
                .hasMessageContaining("does not know the effect RecordFailure")
                .hasMessageContaining("resque-bom");
    }

    @Test
    void onlyAWorkerWithRetriesNeedsThem() throws Exception {
        lacks(Effect.Retry.class);
        try (Resque resque = builder().build()) {
            resque.workerBuilder("q").register("A", () -> job -> {}).drain();
            for (WorkerBuilder worker : List.of(
                    resque.workerBuilder("q").register("A", () -> job -> {}).retry("A", Retry.limit(1)),
                    resque.workerBuilder("q")
                            .register("A", () -> job -> {})
                            .unknownJobs(UnknownJobs.waitFor(Duration.ofMinutes(1))))) {
                assertThatThrownBy(worker::drain)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining(backend.getClass().getName())
                        .hasMessageContaining("cannot give a job another run")
                        .hasMessageContaining("resque-bom");
            }
        }
    }

    @Test
    void itNeedsNoStatusesWhereTheyAreApart() {
        lacks(Effect.ChangeStatus.class);
        assertThatThrownBy(() -> builder().build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ChangeStatus")
                .hasMessageContaining("statusStore");
        QueueBackend other =
                new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace));
        builder().statusStore(other.statuses()).build().close();
        other.close();
    }
}
