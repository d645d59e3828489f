package io.resque.launcher;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;

/** Jobs that leave something behind, one for each kind of it, and jobs that only seem to. Each has the pid of its child as result. */
public class LeavingJobs implements JobModule {
    private static final List<Object> KEPT = new ArrayList<>();

    /** A child needs it. */
    public LeavingJobs() {}

    /** A job that does one thing, and its pid. */
    interface Act {
        void run(JobContext context) throws Exception;
    }

    static void register(JobRegistry jobs, String name, Act act) {
        jobs.register(name, () -> context -> {
            context.result(ProcessHandle.current().pid());
            act.run(context);
        });
    }

    @Override
    public void register(JobRegistry jobs) {
        register(jobs, "Nothing", context -> {});
        register(jobs, "Static", context -> KEPT.add("a static field"));
        jobs.register("Size", () -> context -> context.result(KEPT.size()));
        leaving(jobs);
        harmless(jobs);
        harmlessOfTheNetwork(jobs);
        jobs.register("Loaded", Loaded::new);
    }

    /** Named as the kinds of {@link Leftover}. */
    private static void leaving(JobRegistry jobs) {
        register(jobs, "THREADS", context -> start("left behind"));
        register(jobs, "COMMON_POOL", context -> ForkJoinPool.commonPool().execute(LeavingJobs::rest));
        register(
                jobs,
                "PROCESSES",
                context -> KEPT.add(new ProcessBuilder("sleep", "60")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start()));
        register(jobs, "OPEN_FILES", context -> KEPT.add(new FileInputStream("/etc/hostname")));
        register(jobs, "SOCKET", context -> KEPT.add(new java.net.ServerSocket(0)));
        register(
                jobs,
                "SHUTDOWN_HOOKS",
                context -> Runtime.getRuntime().addShutdownHook(new Thread(() -> {}, "hook of a job")));
        register(jobs, "SYSTEM_PROPERTIES", context -> System.setProperty("left.behind", "a secret"));
        register(jobs, "REMOVED_PROPERTY", context -> System.clearProperty("user.name"));
        register(jobs, "LOCALE", context -> Locale.setDefault(new Locale("tr", "TR")));
        register(jobs, "TIME_ZONE", context -> TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati")));
        register(jobs, "STREAMS", context -> System.setOut(System.err));
        register(jobs, "CLOSED_OUTPUT", context -> System.err.close());
        register(
                jobs,
                "EXCEPTION_HANDLER",
                context -> Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {}));
        register(jobs, "INTERRUPT", context -> {
            try {
                TimeUnit.MINUTES.sleep(10);
            } catch (InterruptedException e) {
                // It has ended at once, though something may be half done.
            }
        });
    }

    static void start(String name) {
        Thread thread = new Thread(LeavingJobs::rest, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void rest() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void harmless(JobRegistry jobs) {
        register(jobs, "Thread", context -> {
            Thread thread = Thread.currentThread();
            thread.setName("renamed");
            thread.setContextClassLoader(new URLClassLoader(new java.net.URL[0]));
            ThreadLocal.withInitial(() -> "left").get();
            thread.interrupt();
        });
        register(
                jobs,
                "ParallelStream",
                context -> IntStream.range(0, 100_000)
                        .parallel()
                        .filter(i -> i % 3 == 0)
                        .sum());
        register(
                jobs,
                "Timeout",
                context -> new CompletableFuture<>()
                        .completeOnTimeout("late", 1, TimeUnit.MILLISECONDS)
                        .join());
        register(jobs, "EndingPool", context -> {
            ExecutorService pool = Executors.newFixedThreadPool(4);
            for (int i = 0; i < 4; i++) {
                pool.submit(() -> "done").get();
            }
            pool.shutdown(); // and not waited for
        });
        register(jobs, "Process", context -> new ProcessBuilder("true").start().waitFor());
        register(
                jobs,
                "KilledProcess",
                context -> new ProcessBuilder("sleep", "60").start().destroyForcibly());
        register(jobs, "Random", context -> new SecureRandom().nextInt());
        register(jobs, "Log", context -> Logger.getLogger("a job").fine("said"));
        register(jobs, "ClosedFile", context -> {
            Path file = Files.createTempFile("leaving", "");
            Files.writeString(file, "text");
            Files.delete(file);
        });
        register(jobs, "Xml", context -> DocumentBuilderFactory.newInstance().newDocumentBuilder());
        register(jobs, "NewJar", context -> Class.forName("com.google.gson.Gson"));
        register(jobs, "Property", context -> {
            System.setProperty("left.behind", "for a while");
            System.clearProperty("left.behind");
        });
        register(jobs, "Failing", context -> {
            throw new IOException("failing");
        });
    }

    private static void harmlessOfTheNetwork(JobRegistry jobs) {
        register(
                jobs,
                "HttpClient",
                context -> HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(context.args().get(0, String.class)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString()));
        register(jobs, "HttpUrl", context -> {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create(context.args().get(0, String.class)).toURL().openConnection();
            connection.getInputStream().readAllBytes();
        });
    }

    /** Which of our classes its process has loaded. */
    private static final class Loaded implements Job {
        @Override
        public void perform(JobContext context) throws Exception {
            java.lang.reflect.Method find = ClassLoader.class.getDeclaredMethod("findLoadedClass", String.class);
            find.setAccessible(true);
            List<String> loaded = new ArrayList<>();
            for (String name : List.of(
                    "LeftBehind",
                    "LeftBehind$State",
                    "ProcessSnapshot",
                    "LiveThreads",
                    "OpenFiles",
                    "ProcFiles",
                    "ShutdownHooks")) {
                if (find.invoke(LeavingJobs.class.getClassLoader(), "io.resque.launcher.internal.child." + name)
                        != null) {
                    loaded.add(name);
                }
            }
            context.result(loaded);
        }
    }
}
