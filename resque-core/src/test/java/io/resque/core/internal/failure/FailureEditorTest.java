package io.resque.core.internal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.CoreRedis;
import io.resque.core.internal.wire.FailureReader;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.AdditionalAnswers;
import org.mockito.Mockito;

class FailureEditorTest {
    private final CoreRedis redis = new CoreRedis();
    private final QueueBackend backend =
            new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace));

    @AfterEach
    void close() {
        backend.close();
        redis.clear();
    }

    private void record(String name) {
        String payload = "{\"class\":\"OversizePayload\",\"args\":[],\"size\":1,\"kept_in\":\"k\",\"kept_as\":\"" + name
                + "\",\"head\":\"\",\"tail\":\"\"}";
        CoreRedis.CLIENT.call("HSET", redis.key("java:oversize"), name, "bytes");
        CoreRedis.CLIENT.call("RPUSH", redis.key("failed"), "{\"payload\":" + payload + ",\"queue\":\"q\"}");
    }

    private long left() {
        return CoreRedis.CLIENT.number("LLEN", redis.key("failed"));
    }

    @Test
    void whatComesDuringATrimStaysWithItsBytes() {
        Failures failures = Mockito.mock(Failures.class, AdditionalAnswers.delegatesTo(backend.failures()));
        Mockito.doAnswer(call -> {
                    List<Payload> read = backend.failures().range(FailureList.COMMON, 0, 500, 1 << 20);
                    record("late" + left());
                    return read;
                })
                .doAnswer(AdditionalAnswers.delegatesTo(backend.failures()))
                .when(failures)
                .range(Mockito.any(), Mockito.anyLong(), Mockito.anyLong(), Mockito.anyLong());
        FailureEditor edits =
                new FailureEditor(failures, new FailureRecords(failures, 1 << 20), new FailureReader(CoreRedis.GSON));
        IntStream.range(0, 5).forEach(i -> record("name" + i));
        CoreRedis.CLIENT.call("RPUSH", redis.key("failed"), "");
        assertThat(edits.trim(FailureList.COMMON, 0)).isEqualTo(6);
        assertThat(left()).isEqualTo(1);
        assertThat(CoreRedis.CLIENT.hash(redis.key("java:oversize"))).containsOnlyKeys("late6");
        assertThat(edits.trim(FailureList.COMMON, 1)).isZero();
        assertThat(edits.trim(FailureList.COMMON, 0)).isEqualTo(1);
        assertThat(backend.failures().aside()).isZero();
    }
}
