package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import io.resque.launcher.internal.support.OwnVariables;
import io.resque.launcher.internal.support.ProcessTitle;
import io.resque.launcher.internal.support.PublicNames;
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

/** The process of a pool: keeps workers for several lists of queues, and reads the lists again at HUP. Runs once. */
public final class PoolManager {
    /** How many processes a pool can have, and how many jobs at once one of its lists. */
    public static final int MOST = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.WORKER_PROCESS);

    /** A second TERM that comes earlier is the same signal, sent to the shell and to this process. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    private static final List<String> SAID_BY_THE_LISTS = List.of("QUEUE", "QUEUES", "COUNT", "CONCURRENCY");

    private final EnvironmentReader environment;
    private final Supplier<Map<String, Integer>> lists;
    private final Options options;
    private @Nullable Long told;

    /** What the command line says. The public class {@code WorkerPool} tells what each option does. Not thread-safe. */
    public static final class Options {
        public final Map<String, String> variables = new HashMap<>();
        public String name = "";
        public boolean processEach;
        public boolean termWaits;
        public boolean termLeaves;
    }

    public PoolManager(EnvironmentReader environment, Supplier<Map<String, Integer>> lists, Options options) {
        this.environment = environment;
        this.lists = lists;
        this.options = options;
    }

    /** Runs until the pool is told to leave. */
    public WorkerEnd run() throws InterruptedException {
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
        WorkerSettings common =
                new WorkerSettings(environment.with(Map.of("QUEUES", "*", "COUNT", "", "CONCURRENCY", "")));
        try (EventQueue events = EventQueue.listen(common.role)) {
            return work(specs, events, new Crews(events, common, "send HUP"));
        }
    }

    private WorkerEnd work(Map<String, Spec> specs, EventQueue events, Crews crews) throws InterruptedException {
        ProcessTitle title = ProcessTitle.startingWith(
                "resque-pool-manager" + (options.name.isEmpty() ? "" : "[" + options.name + "]") + ": ");
        title.show("(starting)");
        want(crews, specs);
        crews.tellWhatIsOnlyForOne();
        if (specs.isEmpty()) {
            LOG.warn("The pool has no workers; mend its file, and send HUP");
        }
        while (!crews.isStopping() || !crews.isEmpty()) {
            title.show("managing " + crews.pids());
            ProcessEvent event = events.next();
            if (event == ProcessEvent.Change.PARENT_GONE) {
                crews.kill();
                Runtime.getRuntime().halt(WorkerEnd.Known.FAULT.status());
            } else if (event instanceof ProcessEvent.CrewChange change) {
                crews.handle(change);
            } else if (event instanceof ProcessEvent.Signal signal) {
                if (leavesBy(signal)) {
                    return leave(crews, signal);
                }
                obey(signal, crews);
            } else if (event instanceof ProcessEvent.Message message) {
                crews.pass(message);
            }
        }
        title.show("(shutting down)");
        return crews.end();
    }

    private boolean leavesBy(ProcessEvent.Signal signal) {
        return signal == ProcessEvent.Signal.INT || signal == ProcessEvent.Signal.TERM && options.termLeaves;
    }

    private void obey(ProcessEvent.Signal signal, Crews crews) {
        boolean again = isAgain(signal);
        switch (signal) {
            case HUP -> {
                if (!crews.isStopping()) {
                    reload(crews);
                }
            }
            case WINCH -> {
                LOG.warn("WINCH: all workers leave after their jobs; HUP starts them again");
                crews.halt();
            }
            case TERM -> crews.pass(options.termWaits && !again ? ProcessEvent.Signal.QUIT : signal);
            default -> crews.pass(signal);
        }
    }

    private boolean isAgain(ProcessEvent.Signal signal) {
        Long first = told;
        if (first == null && signal == ProcessEvent.Signal.TERM) {
            told = System.nanoTime();
        }
        return first != null && System.nanoTime() - first >= AGAIN;
    }

    /** Leaves before the workers, which go on without a manager until their jobs have ended. */
    private static WorkerEnd leave(Crews crews, ProcessEvent.Signal signal) {
        List<Long> pids = crews.pids();
        crews.pass(ProcessEvent.Signal.QUIT);
        crews.pass(ProcessEvent.Farewell.ALONE);
        if (!pids.isEmpty()) {
            LOG.warn("{}: leaving; the workers {} leave after their jobs", signal, pids);
        }
        return WorkerEnd.Known.DONE;
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

    /** One list: its queues, how many jobs at once, in how many processes, and the variables of these. */
    private record Spec(String queues, int count, int processes, Map<String, String> variables) {
        @Override
        public String toString() {
            return queues + ": " + count;
        }
    }

    /** Reads the lists and finds all mistakes in them, before anything is started or told to leave. */
    private Map<String, Spec> read() {
        Map<String, Spec> specs = new LinkedHashMap<>();
        int processes = 0;
        for (Map.Entry<String, Integer> list : lists.get().entrySet()) {
            int count = list.getValue();
            if (count < 0 || count > MOST) {
                throw new ConfigurationException("The pool has " + count + " for the queues " + list.getKey()
                        + "; it must be a whole number from 0 to " + MOST);
            }
            Map<String, String> changes = new HashMap<>(options.variables);
            changes.put("QUEUES", list.getKey());
            changes.put("COUNT", "");
            changes.put("CONCURRENCY", Integer.toString(options.processEach ? 1 : Math.max(1, count)));
            String queues = String.join(",", new WorkerSettings(environment.with(changes)).queues);
            Spec spec = new Spec(queues, count, options.processEach ? count : 1, changes);
            if (specs.put(queues, spec) != null) {
                throw new ConfigurationException("The pool has the queues " + queues + " twice; leave one of them out");
            }
            processes += spec.processes;
        }
        if (processes > MOST) {
            throw new ConfigurationException(
                    "The pool has " + processes + " processes; it can have " + MOST + ". Leave out --process-each");
        }
        String address = environment.get(OwnVariables.HTTP);
        if (address != null) {
            HttpAddress.of(address, Math.max(1, processes));
        }
        specs.values().removeIf(spec -> spec.count == 0);
        return specs;
    }
}
