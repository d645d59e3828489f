package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.QueuedJob;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import io.resque.serialization.gson.GsonSerializerProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The example of a producer enqueues what a whole application of Rails 7.2 was recorded to enqueue. */
class RailsProducerTest {
    private static final JobSerializer JSON = new GsonSerializerProvider().create();

    @Test
    void enqueuesWhatRailsDoes() throws IOException {
        try (Resque resque = Resque.builder().url("memory:").serializer("gson").build();
                InputStream in = RailsProducerTest.class.getResourceAsStream("rails-produced.txt")) {
            List<String> ids = RailsProducer.produce(resque);
            List<QueuedJob> produced = resque.inspector().peek("default", 0, 9);
            List<String> ours =
                    produced.stream().map(job -> plain(Payload.of(job.raw()))).toList();
            List<String> theirs = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> plain(Payload.ofText(line)))
                    .toList();
            assertThat(ours).isEqualTo(theirs);
            assertThat(produced)
                    .extracting(job -> ((Map<?, ?>) job.args().get(0)).get("job_id"))
                    .isEqualTo(ids);
        }
    }

    /** In one spelling, without what differs from call to call. */
    private static String plain(Payload payload) {
        return JSON.encode(JSON.decode(payload))
                .text()
                .replaceAll("\"(job_id|enqueued_at)\":\"[^\"]*\"", "\"$1\":\"…\"");
    }
}
