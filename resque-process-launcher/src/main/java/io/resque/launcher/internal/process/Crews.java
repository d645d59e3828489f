package io.resque.launcher.internal.process;

import io.resque.launcher.internal.pool.ExitText;
import io.resque.launcher.internal.support.PublicNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps as many worker processes running as each crew must have. A worker that ends although nobody told it to is replaced; under
 * INTERVAL=0 a worker that found no job is not. The ends and starts of processes are events of the queue, so that one thread, which
 * calls all methods here, does all the work.
 */
final class Crews {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.WORKER_PROCESS);

    /** So many starts in a row may fail. */
    private static final int TRIES = 3;

    /** A worker that has lived so long has started its children and reached Redis, or waits for Redis. */
    private static final long WELL_SECONDS = 10;

    /** Longer than a worker waits for its first child: after this time the status of a failed start means something else. */
    private static final long START_SECONDS = 60;

    /** The longest pause before the start of a worker in place of one that has died. */
    private static final long LONGEST_PAUSE_SECONDS = 30;

    private final EventQueue events;
    private final WorkerSettings settings;
    private final WorkerStarter starter;
    private final String remedy;
    private final List<Crew> crews = new ArrayList<>();
    private final List<CrewProcess> workers = new ArrayList<>();
    private int nextId;
    private boolean stopping;
    private boolean paused;

    /** Whether a worker has lived for a while: a start that fails from now on does not end the workers that run. */
    private boolean well;

    /** Whether {@link #halt} was called, and {@link #begin} was not called since. */
    private boolean halted;

    private long pauseSeconds = 1;
    private WorkerEnd end = WorkerEnd.Known.DONE;

    /**
     * No crew yet.
     *
     * @param settings of all workers, whatever their queues
     * @param remedy what the operator must do after mending the cause for which a worker could not be started
     */
    Crews(EventQueue events, WorkerSettings settings, String remedy) {
        this.events = events;
        this.settings = settings;
        this.starter = new WorkerStarter(settings);
        this.remedy = remedy;
    }

    /**
     * Sets how many workers of these queues must run with these variables; {@link #keepUp} starts and stops them. Workers of the same
     * queues with other variables go on until one of the new workers has lived for a while.
     */
    void want(String queues, Map<String, String> variables, int wanted) {
        List<Crew> same = crews.stream()
                .filter(crew -> crew.wanted > 0 && crew.queues.equals(queues))
                .toList();
        Optional<Crew> again =
                same.stream().filter(crew -> crew.variables.equals(variables)).findFirst();
        if (again.isPresent()) {
            keep(again.get(), wanted, same);
            return;
        }
        Crew crew = new Crew(nextId++, queues, variables, wanted);
        // A crew that has not yet replaced another one leaves: otherwise each of many changes in a row would add a
        // crew.
        List<Integer> replacing = same.stream().map(other -> other.successor).toList();
        for (Crew other : same) {
            if (replacing.contains(other.id)) {
                other.dismiss();
            } else {
                other.successor = crew.id;
            }
        }
        crews.add(crew);
    }

    private static void keep(Crew crew, int wanted, List<Crew> same) {
        crew.wanted = wanted;
        if (crew.successor != Crew.NONE) { // its successor has not replaced it yet, and is not needed any more
            crew.successor = Crew.NONE;
            same.stream().filter(other -> other != crew).forEach(Crew::dismiss);
        }
    }

    /** All workers of other queues leave after their jobs. */
    void wantOnly(Set<String> queues) {
        crews.stream().filter(crew -> !queues.contains(crew.queues)).forEach(Crew::dismiss);
    }

    /** Starts the workers that are missing, and sends QUIT to those that are too many. */
    void keepUp() {
        for (Crew crew : List.copyOf(crews)) {
            if (crew.successor != Crew.NONE) {
                continue;
            }
            List<CrewProcess> staying = staying(crew);
            for (int i = staying.size() + crew.coming + crew.out; i < crew.wanted && !stopping; i++) {
                start(crew, 0);
            }
            for (int i = crew.wanted; i < staying.size(); i++) {
                staying.get(i - crew.wanted).leave();
            }
        }
        crews.removeIf(crew -> crew.wanted == 0 && workers.stream().noneMatch(worker -> worker.crew == crew));
        leaveIfNoJobIsLeft();
    }

    private List<CrewProcess> staying(Crew crew) {
        return workers.stream()
                .filter(worker -> worker.crew == crew && !worker.leaving)
                .toList();
    }

    private void leaveIfNoJobIsLeft() {
        if (settings.untilEmpty
                && !halted
                && !stopping
                && workers.isEmpty()
                && crews.stream().allMatch(crew -> crew.coming == 0)) {
            stop();
        }
    }

    /** Nobody has told them to: no job is left, or no worker can be started. */
    private void stop() {
        stopping = true;
        boolean unworked = crews.stream().anyMatch(crew -> crew.wanted > 0 && crew.gaveUp && !crew.foundNoJob);
        end = unworked ? WorkerEnd.Known.CONFIGURATION : WorkerEnd.Known.DONE;
    }

    /** All workers leave after their jobs, and none is started until {@link #begin}. */
    void halt() {
        halted = true;
        crews.forEach(Crew::dismiss);
        keepUp();
    }

    /** From now on a start that fails does not end the workers that run; and workers that were given up are started again. */
    void begin() {
        well |= !workers.isEmpty();
        halted = false;
        crews.forEach(Crew::tryAgain);
    }

    List<Long> pids() {
        return workers.stream().map(worker -> worker.process.pid()).toList();
    }

    boolean isEmpty() {
        return workers.isEmpty();
    }

    boolean isStopping() {
        return stopping;
    }

    /** Done after a signal or when no job is left; otherwise the end of workers that cannot be started at all. */
    WorkerEnd end() {
        return end;
    }

    void kill() {
        workers.forEach(worker -> worker.process.destroyForcibly());
    }

    void handle(ProcessEvent.CrewChange change) {
        if (change instanceof ProcessEvent.ProcessEnded ended) {
            ended(ended.pid());
        } else if (change instanceof ProcessEvent.ProcessLived lived) {
            lived(lived.pid());
        } else if (change instanceof ProcessEvent.StartDue due) {
            startNow(due.crew(), due.failures());
        }
        leaveIfNoJobIsLeft();
    }

    private void startNow(int id, int failures) {
        crews.stream().filter(crew -> crew.id == id).findFirst().ifPresent(crew -> {
            crew.coming--;
            int running = staying(crew).size();
            if (!stopping && crew.isCurrent() && running + crew.coming + crew.out < crew.wanted) {
                start(crew, failures);
            }
        });
    }

    private void start(Crew crew, int failures) {
        boolean isOnly = workers.stream().noneMatch(worker -> worker.isFirst);
        try {
            CrewProcess worker = starter.start(crew, isOnly, failures, freeNumber());
            workers.add(worker);
            long pid = worker.process.pid();
            worker.process.onExit().thenRun(() -> events.add(new ProcessEvent.ProcessEnded(pid)));
            later(WELL_SECONDS, new ProcessEvent.ProcessLived(pid));
            if (paused) {
                worker.tell(ProcessEvent.Signal.USR2);
            }
        } catch (IOException e) {
            LOG.error("No worker process can be started: {}", e.getMessage());
            startLater(crew, failures);
        }
    }

    private int freeNumber() {
        Set<Integer> taken = workers.stream().map(worker -> worker.number).collect(Collectors.toSet());
        return IntStream.iterate(1, number -> number + 1)
                .filter(number -> !taken.contains(number))
                .findFirst()
                .orElseThrow();
    }

    /** Logs which of the operator's options only one worker has, or none. */
    void tellWhatIsOnlyForOne() {
        List<String> options = starter.optionsForOne();
        int number = crews.stream().mapToInt(crew -> crew.wanted).sum();
        if (!options.isEmpty() && number > 1) {
            LOG.warn(
                    "Of {} workers {} has {}, which only one JVM can have",
                    number,
                    starter.givesThemToTheFirst() ? "only the first" : "none",
                    String.join(" ", options));
        }
    }

    private void startLater(Crew crew, int failures) {
        crew.coming++;
        later(failures == 0 ? pauseSeconds : 1L << failures - 1, new ProcessEvent.StartDue(crew.id, failures));
        pauseSeconds = failures == 0 ? Math.min(LONGEST_PAUSE_SECONDS, pauseSeconds * 2) : pauseSeconds;
    }

    private void later(long seconds, ProcessEvent event) {
        CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(() -> events.add(event));
    }

    private Optional<CrewProcess> worker(long pid) {
        return workers.stream().filter(worker -> worker.process.pid() == pid).findFirst();
    }

    /** The worker has lived long enough: the workers that it replaces can leave now. */
    private void lived(long pid) {
        worker(pid)
                .filter(worker -> worker.hasLived(WELL_SECONDS - 1) && !worker.leaving)
                .ifPresent(worker -> {
                    crews.stream()
                            .filter(crew -> crew.successor == worker.crew.id)
                            .forEach(Crew::dismiss);
                    keepUp();
                });
    }

    private void ended(long pid) {
        CrewProcess worker = worker(pid).orElseThrow();
        workers.remove(worker);
        WorkerEnd how = WorkerEnd.of(worker.process.exitValue());
        boolean saysWhy = how == WorkerEnd.Known.CONFIGURATION || how == WorkerEnd.Known.NO_REDIS;
        boolean lived = worker.hasLived(saysWhy ? START_SECONDS : WELL_SECONDS);
        if (stopping || worker.leaving) {
            return;
        }
        if (how == WorkerEnd.Known.NO_JOB_LEFT) {
            worker.crew.foundNoJob = true;
            worker.crew.out++;
            return;
        }
        if (saysWhy && !lived && !well) {
            // It has printed why it could not start. All other workers would meet the same fault.
            end = how;
            pass(ProcessEvent.Signal.TERM);
            return;
        }
        if (lived) {
            well = true;
            pauseSeconds = 1;
        }
        if (!worker.crew.isCurrent()) {
            LOG.warn(
                    "A worker process has ended: {} ({}); one with the new number of its list is being started",
                    pid,
                    ExitText.ended(how.status()));
            return;
        }
        // Redis may come back, and the kills may stop.
        boolean mayPass = lived || how == WorkerEnd.Known.NO_REDIS || how == WorkerEnd.Known.KILLED;
        int failures = mayPass ? 0 : worker.failures + 1;
        if (failures == TRIES) {
            giveUp(worker.crew, how);
            return;
        }
        LOG.warn("A worker process has ended: {} ({}); another one is started", pid, ExitText.ended(how.status()));
        startLater(worker.crew, failures);
    }

    /** The next worker in the same place would end as well. */
    private void giveUp(Crew crew, WorkerEnd how) {
        crew.out++;
        crew.gaveUp = true;
        List<Crew> replaced =
                crews.stream().filter(other -> other.successor == crew.id).toList();
        if (!replaced.isEmpty()) {
            replaced.forEach(other -> other.successor = Crew.NONE);
            crew.dismiss();
        }
        List<Crew> current = crews.stream().filter(Crew::isCurrent).toList();
        int all = current.stream().mapToInt(each -> each.wanted).sum();
        int left = all - current.stream().mapToInt(each -> each.out).sum();
        LOG.error(
                "A worker process of {} cannot be started, and is not tried again: {} in a row ended soon after their"
                        + " start, the last one {}. What it printed above says why. {}",
                crew.queues,
                TRIES,
                ExitText.ended(how.status()),
                left == 0
                        ? "No worker is left"
                        : left + " of " + all + " workers go on; mend the cause, and " + remedy);
        if (left == 0) {
            stop();
        }
        keepUp();
    }

    /** Passes a message on to all workers. */
    void pass(ProcessEvent.Message message) {
        if (message instanceof ProcessEvent.Signal signal) {
            switch (signal) {
                case QUIT, TERM, INT, HUP -> stopping = true;
                case USR2 -> paused = true;
                case CONT -> paused = false;
                default -> {}
            }
        }
        workers.forEach(worker -> worker.tell(message));
    }
}
