package io.resque.core.internal.enqueue;

import static io.resque.api.EnqueueWatch.Outcome.DUPLICATE;
import static io.resque.api.EnqueueWatch.Outcome.FAILED;
import static io.resque.api.EnqueueWatch.Outcome.REFUSED;
import static io.resque.api.EnqueueWatch.Outcome.VETOED;
import static io.resque.api.EnqueueWatch.Outcome.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.BackendException;
import io.resque.api.EnqueueCall;
import io.resque.api.EnqueueWatch;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.spi.Payload;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.ArgumentRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a watch hears of the jobs of a call of which a part is written. */
class EnqueueBatchTest {
    private final List<List<EnqueueWatch.Outcome>> heard = new ArrayList<>();

    /** A vetoed job, two that are written, another vetoed one, a duplicate, and two that are not certain. */
    private EnqueueBatch batch() {
        ListenerChain events = ListenerChain.ofResque();
        events.listen(new ResqueListener() {
            @Override
            public EnqueueWatch enqueueBegins(EnqueueCall call) {
                return new EnqueueWatch() {
                    @Override
                    public void ended(List<Outcome> outcomes, Optional<Throwable> failure) {
                        heard.add(outcomes);
                    }
                };
            }
        });
        EnqueueWatches watches = EnqueueWatches.begin(
                events,
                "q",
                Collections.nCopies(7, JobSpec.of("A")),
                true,
                null,
                new ArgumentRules(Map.of(), Map.of()));
        EnqueueBatch batch = new EnqueueBatch("q", List.of(), 7, null, watches);
        batch.addVetoed();
        batch.add(Payload.ofText("1"));
        batch.add(Payload.ofText("2"));
        batch.addVetoed();
        batch.add(Payload.ofText("3"));
        batch.add(Payload.ofText("4"));
        batch.add(Payload.ofText("5"));
        batch.refuse(2);
        batch.isWritten(3);
        return batch;
    }

    @Test
    void jobsBeforeTheFailureAreWritten() {
        EnqueueBatch batch = batch();
        batch.ended(new BackendException("as it was told"));
        batch.ended(null); // tells once
        assertThat(heard).containsExactly(List.of(VETOED, WRITTEN, WRITTEN, VETOED, DUPLICATE, FAILED, FAILED));
    }

    @Test
    void anIdThatIsTakenRefusesTheJobsOfItsRequest() {
        batch().ended(new JobIdTakenException("as it was told"));
        assertThat(heard).containsExactly(List.of(VETOED, WRITTEN, WRITTEN, VETOED, DUPLICATE, REFUSED, REFUSED));
    }

    @Test
    void withoutAFailureAllAreWritten() {
        batch().ended(null);
        assertThat(heard).containsExactly(List.of(VETOED, WRITTEN, WRITTEN, VETOED, DUPLICATE, WRITTEN, WRITTEN));
    }
}
