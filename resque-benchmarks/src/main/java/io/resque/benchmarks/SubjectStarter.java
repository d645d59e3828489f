package io.resque.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts subjects by name: this library on an adapter, the ceiling, and the peers. */
final class SubjectStarter {
    private static final Path JESQUE = Path.of("resque-benchmarks/jesque/target");
    private static final Path BULLMQ = Path.of("resque-benchmarks/bullmq");
    private static final Path SIDEKIQ = Path.of("/usr/bin/sidekiq");

    private final String url;

    SubjectStarter(String url) {
        this.url = url;
    }

    /** Starts a subject in its own process; null if it is not installed. */
    @Nullable
    SubjectProcess open(String name, String heap) throws IOException {
        String own = System.getProperty("java.class.path");
        return switch (name) {
            case "jesque" ->
                Files.exists(JESQUE.resolve("classpath"))
                        ? SubjectProcess.java(
                                name,
                                url,
                                heap,
                                JESQUE.resolve("classes") + ":" + Files.readString(JESQUE.resolve("classpath")),
                                "io.resque.benchmarks.jesque.JesqueSubject")
                        : null;
            case "bullmq" ->
                Files.exists(BULLMQ.resolve("node_modules"))
                        ? new SubjectProcess(
                                name,
                                url,
                                List.of("node", BULLMQ.resolve("subject.mjs").toString(), url))
                        : null;
            case "sidekiq" ->
                Files.exists(SIDEKIQ)
                        ? new SubjectProcess(
                                name,
                                url,
                                List.of(SIDEKIQ.toString(), "-c", "16", "-r", "./resque-benchmarks/sidekiq/subject.rb"))
                        : null;
            case "ceiling" -> SubjectProcess.java(name, url, heap, own, CeilingSubject.class.getName());
            case "raw-jedis", "raw-lettuce" ->
                SubjectProcess.java(name, url, heap, own, RawSubject.class.getName(), name.substring("raw-".length()));
            default -> SubjectProcess.java(name, url, heap, own, ResqueSubject.class.getName(), name);
        };
    }
}
