package com.example.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import io.resque.core.Resque;
import io.resque.core.WorkerBuilder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class GuiceTest {
    static WorkerBuilder worker(Resque resque, Injector injector) {
        return resque.workerBuilder("mail")
                .factory(injector::getInstance) // Guice
                .register(WelcomeMail.class);
    }

    @Test
    void guiceMakesTheJobs() throws Exception {
        List<Long> sent = new CopyOnWriteArrayList<>();
        Injector injector =
                Guice.createInjector(binder -> binder.bind(Mailer.class).toInstance(sent::add));
        try (Resque resque = Resque.builder().url("memory:").serializer("gson").build()) {
            resque.enqueue("mail", "WelcomeMail", 42);
            worker(resque, injector).drain();
            assertThat(sent).containsExactly(42L);
            assertThat(resque.failures().count()).isZero();
        }
    }
}
