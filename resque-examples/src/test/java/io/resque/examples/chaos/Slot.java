package io.resque.examples.chaos;

import io.resque.tck.FaultProxy;
import java.util.ArrayList;
import java.util.List;

/** The place of a worker process and the line that it talks over; when one is killed, the next takes its place. */
final class Slot implements AutoCloseable {
    /** Starts a process for a place. */
    interface Starter {
        /**
         * Begins to start one.
         *
         * @param name for its log
         * @param line to Redis
         * @param queues in this order
         */
        WorkerJvm start(String name, FaultProxy line, List<String> queues);
    }

    final String name;
    final FaultProxy line;
    private final Starter starter;
    private final List<WorkerJvm> retired = new ArrayList<>();
    private WorkerJvm jvm;

    Slot(String name, String redis, Starter starter) {
        this.name = name;
        this.line = FaultProxy.to(redis);
        this.starter = starter;
        start();
    }

    /** That which only the worker of this slot works. */
    String ownQueue() {
        return "only-" + name;
    }

    void start() {
        List<String> queues = new ArrayList<>(List.of(ownQueue()));
        queues.addAll(Producer.QUEUES);
        jvm = starter.start(name, line, queues);
    }

    /** Sends TERM to the process of this slot; it may take its time to end, while another takes its place. */
    void retire() {
        jvm.term();
        retired.add(jvm);
    }

    /** Those that were sent TERM. */
    List<WorkerJvm> retired() {
        return retired;
    }

    WorkerJvm jvm() {
        return jvm;
    }

    @Override
    public void close() {
        jvm.close();
        retired.forEach(WorkerJvm::close);
        line.close();
    }
}
