package io.resque.chaos;

import io.resque.api.Limit;
import io.resque.core.Resque;
import io.resque.core.WorkerBuilder;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A worker process whose jobs count in Redis how many of them run. Ends when its input ends. */
final class LimitMain {
    static final String RUNNING = "test:running";
    static final String MOST = "test:most";
    static final String DONE = "test:done";

    private static final String ENTER = """
            redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
            local sum = 0
            for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
              sum = sum + value
            end
            if sum > tonumber(redis.call('GET', KEYS[2]) or '0') then
              redis.call('SET', KEYS[2], sum)
            end
            """;

    private LimitMain() {}

    /** Runs a worker. Arguments: adapter, URL, threads, the limit or 0 for none, and the milliseconds that a job takes. */
    public static void main(String[] args) throws Exception {
        Resque resque = Resque.builder()
                .backend(args[0])
                .serializer("gson")
                .url(args[1])
                .heartbeatInterval(Duration.ofSeconds(1))
                .deadAfter(Duration.ofSeconds(3))
                .requeueAfterWorkerDeath(100)
                .build();
        int threads = Integer.parseInt(args[2]);
        int limit = Integer.parseInt(args[3]);
        long nanos = Duration.ofMillis(Long.parseLong(args[4])).toNanos();
        String process = Long.toString(ProcessHandle.current().pid());
        ThreadLocal<RespClient> client = ThreadLocal.withInitial(() -> RespClient.connect(args[1]));
        WorkerBuilder worker = resque.workerBuilder("q").concurrency(threads).register("A", () -> job -> {
            client.get().call("EVAL", ENTER, 2, RUNNING, MOST, process);
            LockSupport.parkNanos(nanos);
            client.get().call("HINCRBY", DONE, job.args().get(0, Integer.class).toString(), 1);
            client.get().call("HINCRBY", RUNNING, process, -1);
        });
        if (limit > 0) {
            worker.limit("A", Limit.of(limit));
        }
        worker.start();
        System.out.println(WorkerMain.STARTED);
        while (System.in.read() >= 0) {
            // nobody says anything
        }
        Runtime.getRuntime().halt(3);
    }
}
