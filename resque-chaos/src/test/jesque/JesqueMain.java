import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import net.greghaines.jesque.Config;
import net.greghaines.jesque.ConfigBuilder;
import net.greghaines.jesque.worker.MapBasedJobFactory;
import net.greghaines.jesque.worker.Worker;
import net.greghaines.jesque.worker.WorkerImpl;

/** A process with workers of Jesque. The test that starts it compiles it with Jesque's jars. */
public final class JesqueMain {
    private static final List<Worker> WORKERS = new CopyOnWriteArrayList<>();
    private static volatile boolean stopping;

    /** The job: works for a while, then writes its number into the journal. */
    public static final class Work implements Runnable {
        private final long number;
        private final long millis;

        public Work(Number number, Number millis) {
            this.number = number.longValue();
            this.millis = millis.longValue();
        }

        @Override
        public void run() {
            LockSupport.parkNanos(millis * 1_000_000);
            Path journal = Path.of(System.getenv("CHAOS_FOLDER"), "done-" + ProcessHandle.current().pid());
            try {
                Files.write(
                        journal,
                        (number + "\n").getBytes(StandardCharsets.US_ASCII),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Runs the workers. Arguments: port, number of threads, and queues. */
    public static void main(String[] args) throws Exception {
        Config config = new ConfigBuilder()
                .withHost("127.0.0.1")
                .withPort(Integer.parseInt(args[0]))
                .withTimeout(1000)
                .build();
        Runtime.getRuntime().addShutdownHook(new Thread(JesqueMain::stop));
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            new Thread(() -> work(config, Arrays.asList(args[2].split(",")))).start();
        }
        System.out.println("started");
        while (System.in.read() >= 0) {
            // runs until the test has ended
        }
        Runtime.getRuntime().halt(3);
    }

    /** Replaces a worker that gives up, as a supervisor does. */
    private static void work(Config config, List<String> queues) {
        while (!stopping) {
            try {
                Worker worker = new WorkerImpl(config, queues, new MapBasedJobFactory(Map.of("Work", Work.class)));
                WORKERS.add(worker);
                worker.run();
            } catch (RuntimeException e) {
                System.err.println(e);
            }
            LockSupport.parkNanos(200_000_000);
        }
    }

    private static void stop() {
        stopping = true;
        WORKERS.forEach(worker -> worker.end(false));
        LockSupport.parkNanos(2_000_000_000L);
    }
}
