package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.DontCreateException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.ResqueListener;
import io.resque.api.Unique;
import io.resque.api.spi.DeferredWrite;
import io.resque.api.spi.WriteDeferral;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs whose write is put off. */
@Timeout(60)
class DeferralTest {
    private final CoreRedis redis = new CoreRedis();
    private final Hold hold = new Hold();
    private final List<String> heard = new ArrayList<>();
    private final CapturedLog log = new CapturedLog(Resque.class);
    private Resque resque = redis.builder().deferral(hold).listen(new Heard()).build();

    @AfterEach
    void close() {
        resque.close();
        redis.clear();
        log.close();
    }

    private static final class Hold implements WriteDeferral {
        boolean defers = true;
        final List<DeferredWrite> writes = new ArrayList<>();

        @Override
        public boolean defers() {
            return defers;
        }

        @Override
        public void defer(DeferredWrite write) {
            writes.add(write);
        }

        void commit() {
            writes.forEach(DeferredWrite::write);
            writes.clear();
        }

        void rollBack() {
            writes.forEach(DeferredWrite::discard);
            writes.clear();
        }
    }

    private final class Heard implements ResqueListener {
        @Override
        public void beforeEnqueue(JobInfo job) {
            heard.add("before " + job.jobClass());
            if (job.jobClass().equals("Vetoed")) {
                throw new DontCreateException("no");
            }
        }

        @Override
        public void afterEnqueue(JobInfo job) {
            heard.add("after " + job.jobClass());
        }

        @Override
        public void notWritten(JobInfo job, Throwable cause) {
            heard.add("not written " + job.jobClass());
            throw new IllegalStateException("of a listener");
        }
    }

    private long size(String queue) {
        return resque.inspector().queueSize(queue);
    }

    @Test
    void aJobIsWrittenLaterAndCheckedAtOnce() {
        assertThat(resque.enqueue("mail", "Mail", 1)).isTrue();
        assertThat(resque.enqueue("mail", "Vetoed")).isFalse();
        assertThatThrownBy(() -> resque.enqueue("mail", "Mail", new Object())).isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> resque.enqueue("", "Mail")).isInstanceOf(InvalidJobException.class);
        assertThat(size("mail")).isZero();
        assertThat(heard).containsExactly("before Mail", "before Vetoed");

        hold.commit();
        assertThat(size("mail")).isEqualTo(1);
        assertThat(heard).endsWith("after Mail");
    }

    @Test
    void aTokenIsThereAtOnceAndItsStatusAfterTheWrite() {
        Optional<String> token = resque.enqueueTracked("mail", "Mail", 1);
        assertThat(resque.enqueueTracked("mail", "Vetoed")).isEmpty();
        assertThat(resque.status(token.orElseThrow())).isEmpty();
        hold.commit();
        assertThat(resque.status(token.orElseThrow()).orElseThrow().state()).isEqualTo(JobState.WAITING);
    }

    @Test
    void whatIsDiscardedIsNeverWritten() {
        resque.enqueue("mail", "Mail", 1);
        CompletableFuture<Boolean> future = resque.enqueueAsync("mail", JobSpec.of("Mail", 2));
        hold.rollBack();
        assertThat(size("mail")).isZero();
        assertThat(heard).doesNotContain("after Mail", "not written Mail");
        assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(CancellationException.class);
    }

    @Test
    void withoutATransactionAJobIsWrittenAtOnce() {
        hold.defers = false;
        assertThat(resque.enqueue("mail", "Mail", 1)).isTrue();
        assertThat(resque.in(Duration.ofHours(1)).enqueue("mail", "Mail", 2)).isTrue();
        assertThat(resque.enqueueAll("mail", List.of(JobSpec.of("Mail", 3)).stream()))
                .isEqualTo(1);
        assertThat(hold.writes).isEmpty();
        assertThat(size("mail")).isEqualTo(2);
        assertThat(resque.delayed().count()).isEqualTo(1);
    }

    @Test
    void allWaysOfEnqueueingArePutOff() throws Exception {
        List<JobSpec> many =
                IntStream.range(0, 2_500).mapToObj(i -> JobSpec.of("Many", i)).toList();
        assertThat(resque.enqueueAll("list", many)).isEqualTo(2_500);
        assertThat(resque.enqueueAll("list", List.of())).isZero();
        assertThat(resque.enqueueAll("stream", many.stream())).isEqualTo(2_500);
        assertThat(resque.enqueueAllTracked("tracked", many.subList(0, 3))).doesNotContain(Optional.empty());
        CompletableFuture<Long> all = resque.enqueueAllAsync("async", many);
        CompletableFuture<Optional<String>> one = resque.enqueueTrackedAsync("async", JobSpec.of("One"));
        assertThat(resque.enqueueAllAsync("async", List.of()).get(20, TimeUnit.SECONDS))
                .isZero();
        resque.in(Duration.ofHours(1)).enqueue("later", "Mail", 1);
        assertThat(resque.inspector().queues()).isEmpty();
        assertThat(all).isNotDone();

        hold.commit();
        assertThat(all.get(20, TimeUnit.SECONDS)).isEqualTo(2_500);
        assertThat(one.get(20, TimeUnit.SECONDS)).isPresent();
        assertThat(resque.inspector().queues())
                .containsEntry("list", 2_500L)
                .containsEntry("stream", 2_500L)
                .containsEntry("tracked", 3L)
                .containsEntry("async", 2_501L);
        assertThat(resque.delayed().count()).isEqualTo(1);
    }

    @Test
    void aUniqueJobThatIsThereAlreadyIsNotWrittenTwice() {
        JobSpec job = JobSpec.of("Sync", 7).withUnique(Unique.untilDone(Duration.ofHours(1)));
        assertThat(resque.enqueue("low", job)).isTrue();
        assertThat(resque.enqueue("low", job)).isTrue();
        hold.commit();
        assertThat(size("low")).isEqualTo(1);
    }

    @Test
    void aRefusalAfterwardsGoesToTheListenersAndTheLog() {
        resque.enqueueTracked("mail", JobSpec.of("Mail").withId("chosen"));
        hold.commit();
        resque.enqueueTracked("mail", JobSpec.of("Again").withId("chosen"));
        hold.commit();
        assertThat(heard).endsWith("not written Again");
        assertThat(log.lines()).anyMatch(line -> line.contains("A job for mail that was put off"));

        CompletableFuture<Optional<String>> future =
                resque.enqueueTrackedAsync("mail", JobSpec.of("Third").withId("chosen"));
        hold.commit();
        assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS)).hasMessageContaining("chosen");
        assertThat(heard).endsWith("not written Third");
        assertThat(size("mail")).isEqualTo(1);
    }

    @Test
    void oneEnqueuerCanPutOffWhatTheOthersDoNot() {
        resque.close();
        resque = redis.builder().build();
        resque.deferring(hold).enqueue("mail", "Later");
        resque.enqueue("mail", "Now");
        assertThat(size("mail")).isEqualTo(1);
        hold.commit();
        assertThat(size("mail")).isEqualTo(2);
    }
}
