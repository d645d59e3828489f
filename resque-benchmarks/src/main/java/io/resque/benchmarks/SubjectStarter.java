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

    private static final Path RUBY = Path.of("resque-benchmarks/ruby/subject.rb");

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
            case "ruby" -> hasRuby() ? new SubjectProcess(name, url, List.of("ruby", RUBY.toString())) : null;
            case "ceiling" -> SubjectProcess.java(name, url, heap, own, CeilingSubject.class.getName());
            case "raw-jedis", "raw-lettuce" ->
                SubjectProcess.java(name, url, heap, own, RawSubject.class.getName(), name.substring("raw-".length()));
            default -> SubjectProcess.java(name, url, heap, own, ResqueSubject.class.getName(), name);
        };
    }

    /** Starts this library with jars as its class path, so that its children have an archive of their classes. */
    SubjectProcess openPacked(String adapter, String heap) throws IOException {
        return SubjectProcess.java(adapter, url, heap, PackedClasses.path(), ResqueSubject.class.getName(), adapter);
    }

    /** Whether Ruby and its library redis are installed. */
    static boolean hasRuby() {
        try {
            return new ProcessBuilder("ruby", "-rredis", "-e", "exit")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
