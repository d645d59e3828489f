package io.resque.chaos;

import io.resque.tck.FaultProxy;
import java.util.ArrayList;
import java.util.List;

/** The place of a worker process, with its connection. When a process is killed, the next one takes its place. */
final class Slot implements AutoCloseable {
    /** Starts a process for a place. */
    interface Starter {
        /**
         * Starts a process; does not wait until it works.
         *
         * @param name name of its log
         * @param line the proxy through which it connects to Redis
         * @param queues its queues, in order
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

    /** The queue that only the worker of this slot works on. */
    String ownQueue() {
        return "only-" + name;
    }

    void start() {
        List<String> queues = new ArrayList<>(List.of(ownQueue()));
        queues.addAll(Producer.QUEUES);
        jvm = starter.start(name, line, queues);
    }

    /** Sends TERM to the process of this slot. Another process takes its place while it may still run its jobs. */
    void retire() {
        jvm.term();
        retired.add(jvm);
    }

    /** The processes that have got TERM. */
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
