package com.example.springshop;

import io.resque.core.Resque;
import io.resque.core.Worker;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** What the starter does, for a version of Spring Boot that has no starter. */
@Component
class WorkerLifecycle implements SmartLifecycle {
    private final Resque resque;
    private final Welcome welcome;
    private Worker worker;

    WorkerLifecycle(Resque resque, Welcome welcome) {
        this.resque = resque;
        this.welcome = welcome;
    }

    @Override
    public synchronized void start() {
        worker = resque.workerBuilder("mail")
                .register(
                        "WelcomeMail",
                        () -> context -> welcome.send(
                                context.args().get(0, long.class),
                                context.args().get(1, String.class)))
                .stopTimeout(Duration.ofSeconds(25)) // less than spring.lifecycle.timeout-per-shutdown-phase
                .waitForRedis()
                .start();
    }

    @Override
    public synchronized void stop() {
        worker.close();
        worker = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return worker != null;
    }
}
