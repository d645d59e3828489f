package com.example.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.core.WorkerBuilder;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Unmanaged;
import org.junit.jupiter.api.Test;

class CdiTest {
    static WorkerBuilder worker(Resque resque, BeanManager manager) {
        return resque.workerBuilder("mail")
                .factory(type -> new Unmanaged<>(manager, type) // CDI
                        .newInstance()
                        .produce()
                        .inject()
                        .postConstruct()
                        .get())
                .register(WelcomeMail.class);
    }

    @Test
    void weldMakesTheJobs() throws Exception {
        try (SeContainer container = SeContainerInitializer.newInstance()
                        .disableDiscovery()
                        .addBeanClasses(Mailer.class)
                        .initialize();
                Resque resque =
                        Resque.builder().url("memory:").serializer("gson").build()) {
            resque.enqueue("mail", "WelcomeMail", 42);
            resque.enqueue("mail", "WelcomeMail", 43);
            worker(resque, container.getBeanManager()).drain();
            assertThat(container.select(Mailer.class).get().sent()).containsExactly(42L, 43L);
            assertThat(resque.failures().count()).isZero();
        }
    }
}
