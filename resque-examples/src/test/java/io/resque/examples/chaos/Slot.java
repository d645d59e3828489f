package io.resque.examples.chaos;

import io.resque.tck.FaultProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The place of a worker process and the line that it talks over; when one is killed, the next takes its place. */
final class Slot implements AutoCloseable {
    final String name;
    final WorkerKind kind;
    final FaultProxy line;
    private final String policy;
    private final Path folder;
    private final List<String> classPath;
    private final List<WorkerJvm> retired = new ArrayList<>();
    private WorkerJvm jvm;

    Slot(String name, WorkerKind kind, String policy, String redis, Path folder, List<String> classPath) {
        this.name = name;
        this.kind = kind;
        this.policy = policy;
        this.line = FaultProxy.to(redis);
        this.folder = folder;
        this.classPath = classPath;
        start();
    }

    /** That which only the worker of this slot works. */
    String ownQueue() {
        return "only-" + name;
    }

    void start() {
        jvm = WorkerJvm.start(
                name,
                folder,
                classPath,
                kind,
                kind.threads,
                policy,
                line.url() + "?timeout=1s&connectTimeout=1s",
                ownQueue() + "," + String.join(",", Producer.QUEUES));
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
