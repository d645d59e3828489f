import io.resque.api.BackendUnavailableException;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The jobs and small programs for bin/stranger. */
public class Stranger implements JobModule {
    /** Registers the jobs. Echo puts its arguments into the queue "done". */
    @Override
    public void register(JobRegistry jobs) {
        for (String name : List.of("Echo", "Größe")) {
            jobs.register(name, () -> context -> context.enqueue("done", name, context.args().asList().toArray()));
        }
        jobs.register("Fail", () -> context -> {
            throw new IllegalStateException("as it must");
        });
    }

    /**
     * "idle URL SECONDS" enqueues a job, waits, and enqueues another one. "threads URL" runs three jobs in threads of
     * this JVM. "flatten JAR JAR…" packs all jars but the first into the first.
     */
    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "idle" -> idle(args[1], Long.parseLong(args[2]));
            case "threads" -> threads(args[1]);
            default -> flatten(args[1], List.of(args).subList(2, args.length));
        }
    }

    private static void idle(String url, long seconds) throws InterruptedException {
        try (Resque resque = Resque.connect(url)) {
            for (int i = 1; i <= 3; i++) {
                try {
                    resque.enqueue("idle", "Echo", i);
                } catch (BackendUnavailableException e) {
                    System.out.println("Call " + i + " failed: " + e.getMessage());
                    System.exit(1);
                }
                Thread.sleep(i < 3 ? 1000 * seconds : 0);
            }
        }
    }

    /** Packs jars into one, as the shade plugin does if it merges the files in META-INF/services. */
    private static void flatten(String to, List<String> jars) throws IOException {
        Map<String, byte[]> all = new LinkedHashMap<>();
        for (String name : jars) {
            try (JarFile jar = new JarFile(name)) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    byte[] bytes = jar.getInputStream(entry).readAllBytes();
                    if (entry.getName().startsWith("META-INF/services/")) {
                        String text = new String(bytes, StandardCharsets.UTF_8) + "\n";
                        all.merge(entry.getName(), text.getBytes(StandardCharsets.UTF_8), Stranger::joined);
                    } else if (!entry.isDirectory() && !entry.getName().matches("META-INF/[^/]*|module-info.class")) {
                        all.putIfAbsent(entry.getName(), bytes);
                    }
                }
            }
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Stranger");
        try (JarOutputStream out = new JarOutputStream(new FileOutputStream(to), manifest)) {
            for (Map.Entry<String, byte[]> each : all.entrySet()) {
                out.putNextEntry(new JarEntry(each.getKey()));
                out.write(each.getValue());
            }
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Connects in a thread of the common pool, whose class loader does not see into a jar of jars. */
    private static void threads(String url) throws Exception {
        try (Resque resque = CompletableFuture.supplyAsync(() -> Resque.connect(url)).get();
                Worker worker = resque.workerBuilder("default").module(new Stranger()).start()) {
            List<String> tokens = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                tokens.add(resque.enqueueTracked("default", "Echo", "ö", i).orElseThrow());
            }
            for (String token : tokens) {
                System.out.println(resque.follow(token, Duration.ofSeconds(20), change -> {}).orElseThrow());
            }
        }
    }
}
