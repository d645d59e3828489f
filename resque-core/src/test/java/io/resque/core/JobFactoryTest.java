package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker says about a factory that breaks its contract. */
class JobFactoryTest {
    static final class Mail implements Job {
        @Override
        public void perform(JobContext context) {}
    }

    static final class Audit implements Job {
        @Override
        public void perform(JobContext context) {}
    }

    private static List<String> warnings(JobFactory factory) {
        try (WorkerFixture fixture = new WorkerFixture();
                CapturedLog log = new CapturedLog(Worker.class)) {
            for (int i = 0; i < 4; i++) {
                fixture.resque.enqueue("q", "Mail");
                fixture.resque.enqueue("q", "Audit");
            }
            long jobs = fixture.resque
                    .workerBuilder("q")
                    .register("Mail", Mail.class)
                    .register("Audit", Audit.class)
                    .factory(factory)
                    .drain();
            assertThat(jobs).isEqualTo(8);
            assertThat(fixture.failures()).isEmpty();
            return log.lines().stream().filter(line -> line.startsWith("WARN")).toList();
        }
    }

    @Test
    void theSameObjectTwiceIsToldOnce() {
        Mail mail = new Mail();
        assertThat(warnings(type -> type == Mail.class ? mail : new Audit()))
                .containsExactly("WARN The JobFactory gave the same " + Mail.class.getName()
                        + " for two runs, so jobs that run at the same time share its fields; let it make a new one for"
                        + " each run, in Spring with @Scope(\"prototype\")");
    }

    @Test
    void newObjectsAreNoFault() {
        assertThat(warnings(JobFactory::byConstructor)).isEmpty();
    }
}
