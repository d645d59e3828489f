package io.resque.core.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import io.resque.core.CoreRedis;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A listener that hears nothing of single jobs costs a worker nothing at its jobs. */
class JobEventsCostTest {
    private static final int JOBS = 10_000;

    private final ListenerChain ofResque = ListenerChain.ofResque();
    private final ListenerChain ofWorker = ofResque.ofWorker();

    private static class Deaf implements ResqueListener {
        @Override
        public void queueEmpty(List<String> workers) {}
    }

    private interface HearsAll extends ResqueListener {
        @Override
        default void jobTaken(String worker, JobInfo job) {}
    }

    private static class Hears extends Deaf {
        @Override
        public void jobEnded(String worker, JobInfo job, JobEnd end) {}
    }

    private static final class Inherits extends Hears {}

    private long bytesOfJobs() {
        PayloadReader reader = new PayloadReader(CoreRedis.GSON);
        ReservedJob job = new ReservedJob(
                1,
                "q",
                Payload.of("{\"class\":\"Good\",\"args\":[1]}".getBytes(StandardCharsets.UTF_8)),
                Instant.EPOCH);
        PayloadShape.ReadJob read = reader.read(job.payload());
        JobEvents events = new JobEvents(ofWorker, reader);
        run(events, job, read); // loads the classes
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        run(events, job, read);
        return threads.getThreadAllocatedBytes(thread) - before;
    }

    private static void run(JobEvents events, ReservedJob job, PayloadShape.ReadJob read) {
        for (int i = 0; i < JOBS; i++) {
            events.taken("worker", job, read);
            events.ran();
            events.ended(JobEnd.Kind.COMPLETED, null);
        }
    }

    @Test
    void nothingIsMadeUnlessAListenerHearsOfJobs() {
        assertThat(bytesOfJobs()).isLessThan(JOBS);
        ofResque.listen(new Deaf());
        ofWorker.listen(new Deaf());
        assertThat(bytesOfJobs()).isLessThan(JOBS);
        ofResque.listen(new Hears());
        assertThat(bytesOfJobs()).isGreaterThan(JOBS);
    }

    @Test
    void aListenerHearsOfJobsIfItsClassOverridesOneOfTheTwoEvents() {
        ResqueListener proxy = (ResqueListener) Proxy.newProxyInstance(
                Hears.class.getClassLoader(),
                new Class<?>[] {ResqueListener.class},
                (made, method, args) -> method.getName().equals("equals") ? made == args[0] : null);
        List<ResqueListener> hearing = List.of(new Hears(), new Inherits(), new HearsAll() {}, proxy);
        hearing.forEach(listener -> {
            ofWorker.listen(new Deaf());
            ofWorker.listen(listener);
        });
        assertThat(ofWorker.ofJobs()).containsExactlyElementsOf(hearing);
        ofResque.listen(hearing.get(1));
        assertThat(ofWorker.ofJobs()).hasSize(5).startsWith(hearing.get(1), hearing.get(0));
        assertThat(ofWorker.stopListening(hearing.get(0))).isTrue();
        assertThat(ofResque.stopListening(hearing.get(1))).isTrue();
        assertThat(ofWorker.ofJobs()).containsExactlyElementsOf(hearing.subList(1, 4));
    }
}
