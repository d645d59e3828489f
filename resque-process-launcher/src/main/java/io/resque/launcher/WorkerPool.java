package io.resque.launcher;

import io.resque.api.ConfigurationException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Worker processes for several lists of queues under one process, as resque-pool has them: {@code bin/resque pool}. The
 * lists are read again at HUP. Not thread-safe; it runs once.
 */
public final class WorkerPool {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    /** How many processes a pool can have, and how many jobs at once one of its lists. */
    public static final int MOST = 1000;

    /** A second TERM that comes earlier is the same signal, sent to the shell and to this process. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    private static final List<String> SAID_BY_THE_LISTS = List.of("QUEUE", "QUEUES", "COUNT", "CONCURRENCY");

    private final Environment environment;
    private final Supplier<Map<String, Integer>> lists;
    private final Map<String, String> variables = new HashMap<>();
    private String name = "";
    private boolean processEach;
    private boolean termWaits;
    private boolean termLeaves;
    private @Nullable Long told;

    /**
     * Prepares a pool; nothing is started.
     *
     * @param environment of all workers; what it says about queues, and how many, does not count
     * @param lists reads the lists: queues as in {@code QUEUE}, the most urgent first, and how many jobs of them may run at
     *     once, from 0 to {@link #MOST}. Called at the start and at each HUP, in the thread of {@link #run}. An exception ends
     *     the start; at a HUP it is logged, and the pool stays as it was.
     */
    public WorkerPool(Environment environment, Supplier<Map<String, Integer>> lists) {
        this.environment = environment;
        this.lists = lists;
    }

    /**
     * Sets the name that the title of the process shows.
     *
     * @param name of the application
     * @return this
     */
    public WorkerPool name(String name) {
        this.name = name;
        return this;
    }

    /**
     * Sets a variable for the workers.
     *
     * @param variable its name
     * @param value its value
     * @return this
     */
    public WorkerPool variable(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    /**
     * Starts a worker process for each job that may run at once, in place of one for each list.
     *
     * @return this
     */
    public WorkerPool processEach() {
        processEach = true;
        return this;
    }

    /**
     * TERM does what QUIT does: the jobs are ended, then the pool leaves.
     *
     * @return this
     */
    public WorkerPool termWaits() {
        termWaits = true;
        return this;
    }

    /**
     * TERM does what INT does: the pool leaves at once, and each worker after its jobs.
     *
     * @return this
     */
    public WorkerPool termLeaves() {
        termLeaves = true;
        return this;
    }

    /**
     * Works until it is told to leave. Takes over this process: its signals, its title and, where {@code bin/resque} stands
     * in front of it, its standard input.
     *
     * @return the status for {@link System#exit}: 0 after a signal, or under {@code INTERVAL=0} when no job is left; otherwise that of
     *     workers that cannot be started
     * @throws ConfigurationException if the lists or the environment say something that cannot be done
     */
    public int run() {
        Map<String, Spec> specs = read();
        specs.values().stream()
                .findFirst()
                .ifPresent(spec -> new WorkerSettings(environment.with(spec.variables)).modules());
        List<String> unused = SAID_BY_THE_LISTS.stream()
                .filter(each -> environment.get(each) != null)
                .toList();
        if (!unused.isEmpty()) {
            LOG.warn("Not heeded, since the pool file says what is worked: {}", String.join(", ", unused));
        }
        Orders orders = Orders.listen(environment.launcher().isPresent());
        try {
            return work(specs, orders);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts this thread", e);
        } finally {
            orders.close();
        }
    }

    private int work(Map<String, Spec> specs, Orders orders) throws InterruptedException {
        WorkerSettings common =
                new WorkerSettings(environment.with(Map.of("QUEUES", "*", "COUNT", "", "CONCURRENCY", "")));
        Crews crews = new Crews(orders, environment.isSupervisor(), common, "send HUP");
        ProcessTitle title =
                ProcessTitle.startingWith("resque-pool-manager" + (name.isEmpty() ? "" : "[" + name + "]") + ": ");
        title.show("(starting)");
        want(crews, specs);
        crews.tellWhatIsOnlyForOne();
        if (specs.isEmpty()) {
            LOG.warn("The pool has no workers; mend its file, and send HUP");
        }
        while (!crews.isStopping() || !crews.isEmpty()) {
            title.show("managing " + crews.pids());
            String order = orders.next();
            if (crews.obey(order)) {
                continue;
            }
            boolean again = isAgain(order);
            switch (order) {
                case Orders.ABANDONED -> {
                    crews.kill();
                    Runtime.getRuntime().halt(1);
                }
                case "HUP" -> {
                    if (!crews.isStopping()) {
                        reload(crews);
                    }
                }
                case "WINCH" -> {
                    LOG.warn("WINCH: all workers leave after their jobs; HUP starts them again");
                    crews.halt();
                }
                case "TERM" -> {
                    if (termLeaves) {
                        return leave(crews, order);
                    }
                    crews.pass(termWaits && !again ? "QUIT" : order);
                }
                case "INT" -> {
                    return leave(crews, order);
                }
                default -> crews.pass(order);
            }
        }
        title.show("(shutting down)");
        return crews.status();
    }

    private boolean isAgain(String signal) {
        Long first = told;
        if (first == null && signal.equals("TERM")) {
            told = System.nanoTime();
        }
        return first != null && System.nanoTime() - first >= AGAIN;
    }

    /** The workers go on alone. */
    private static int leave(Crews crews, String signal) {
        List<Long> pids = crews.pids();
        crews.pass("QUIT");
        crews.pass(Orders.ALONE);
        if (!pids.isEmpty()) {
            LOG.warn("{}: leaving; the workers {} leave after their jobs", signal, pids);
        }
        return 0;
    }

    private void reload(Crews crews) {
        Map<String, Spec> specs;
        try {
            specs = read();
        } catch (RuntimeException e) {
            LOG.error("HUP: {}; the pool stays as it was", e.getMessage());
            return;
        }
        crews.begin();
        want(crews, specs);
        LOG.warn(
                "HUP: the pool is now {}",
                specs.isEmpty()
                        ? "without workers"
                        : specs.values().stream().map(Spec::toString).collect(Collectors.joining(", ")));
    }

    private static void want(Crews crews, Map<String, Spec> specs) {
        crews.wantOnly(specs.keySet());
        specs.values().forEach(spec -> crews.want(spec.queues, spec.variables, spec.processes));
        crews.keepUp();
    }

    /** What one list asks for. */
    private record Spec(String queues, int count, int processes, Map<String, String> variables) {
        @Override
        public String toString() {
            return queues + ": " + count;
        }
    }

    /** All that can be found wrong is found here, before anything is started or told to leave. */
    private Map<String, Spec> read() {
        Map<String, Spec> specs = new LinkedHashMap<>();
        int processes = 0;
        for (Map.Entry<String, Integer> list : lists.get().entrySet()) {
            int count = list.getValue();
            if (count < 0 || count > MOST) {
                throw new ConfigurationException("The pool has " + count + " for the queues " + list.getKey()
                        + "; it must be a whole number from 0 to " + MOST);
            }
            Map<String, String> changes = new HashMap<>(variables);
            changes.put("QUEUES", list.getKey());
            changes.put("COUNT", "");
            changes.put("CONCURRENCY", Integer.toString(processEach ? 1 : Math.max(1, count)));
            String queues = String.join(",", new WorkerSettings(environment.with(changes)).queues);
            Spec spec = new Spec(queues, count, processEach ? count : 1, changes);
            if (specs.put(queues, spec) != null) {
                throw new ConfigurationException("The pool has the queues " + queues + " twice; leave one of them out");
            }
            processes += spec.processes;
        }
        if (processes > MOST) {
            throw new ConfigurationException(
                    "The pool has " + processes + " processes; it can have " + MOST + ". Leave out --process-each");
        }
        String address = environment.get(HttpAddress.VARIABLE);
        if (address != null) {
            HttpAddress.of(address, Math.max(1, processes));
        }
        specs.values().removeIf(spec -> spec.count == 0);
        return specs;
    }
}
