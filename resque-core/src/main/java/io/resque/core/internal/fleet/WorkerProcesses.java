package io.resque.core.internal.fleet;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.WireTimes;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.core.internal.wire.WorkerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the process of a worker on this machine, if it certainly is that, and kills it or sends it a signal. */
final class WorkerProcesses {
    /** Each worker of any Resque has this in its command line; other programs may have it, too. */
    private static final Pattern RESQUE = Pattern.compile("resque", Pattern.CASE_INSENSITIVE);

    /** The title of a process that is nothing but a worker, of Ruby, PHP or {@code bin/resque}. */
    private static final Pattern TITLE = Pattern.compile("(^|\\s)[^\\s/]*resque-[0-9][^ /]*: ");

    /** A worker registers soon after its process has begun, and clocks are read to the second. */
    private static final Duration BEFORE_ITS_REGISTRATION = Duration.ofSeconds(5);

    private static final String MAYBE_ELSEWHERE =
            "it may be of another container, or of the machine around this one, which has the same name";

    private static final Duration END = Duration.ofSeconds(10);

    private final LocalProcesses processes;
    private final Map<String, String> here;
    private final String done;

    /**
     * For one deed.
     *
     * @param done what is refused in messages, such as {@code killed}
     */
    WorkerProcesses(LocalProcesses processes, String done) {
        this.processes = processes;
        this.done = done;
        this.here = processes.attributes();
    }

    /**
     * The process that gets the signals for this worker: that of its id.
     *
     * @return empty if it has ended
     * @throws ConfigurationException if it is not of this machine, or may not be that of the worker
     */
    Optional<ProcessHandle> of(WorkerSnapshot seen) {
        WorkerId id = WorkerId.parse(seen.id());
        if (!id.isWhole()) {
            throw refused(seen, "its id is not host:pid:queues, so its process cannot be told");
        }
        return seen.attributes().isEmpty() ? ofAnotherResque(seen, id) : ofOurs(seen, id);
    }

    private Optional<ProcessHandle> ofOurs(WorkerSnapshot seen, WorkerId id) {
        Map<String, String> there = seen.attributes();
        mustBe(seen, "host", "it is of the host " + there.get("host") + ", this is " + here.get("host"));
        mustBe(seen, "boot", "it is of another start of this machine, or of another machine of the same name");
        mustBe(seen, "pidns", "it is of a container, or of another one than this");
        long pid = WorkerId.pid(there.getOrDefault("pid", ""));
        if (pid > 0 && isGone(pid, there.get("start"))) {
            return Optional.empty();
        }
        ProcessHandle jvm = handle(seen, pid);
        // bin/resque stands under the pid of its launcher, which is the parent of the JVM that works.
        return Optional.of(jvm.parent()
                .filter(parent -> Long.toString(parent.pid()).equals(id.process()))
                .orElse(jvm));
    }

    /** Waits for a process that is ending: it has no command line any longer, by which to tell what it is. */
    private boolean isGone(long pid, @Nullable String start) {
        long end = System.nanoTime() + END.toNanos();
        while (processes.isEnding(pid) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        return processes.isGone(pid, start);
    }

    private ProcessHandle handle(WorkerSnapshot seen, long pid) {
        return ProcessHandle.of(pid).orElseThrow(() -> refused(seen, "its process cannot be seen from here"));
    }

    private void mustBe(WorkerSnapshot seen, String name, String otherwise) {
        String value = seen.attributes().get(name);
        if (value == null ? here.containsKey(name) : !value.equals(here.get(name))) {
            throw refused(seen, otherwise);
        }
    }

    /** Other libraries tell only host, pid and when a worker registered. */
    private Optional<ProcessHandle> ofAnotherResque(WorkerSnapshot seen, WorkerId id) {
        if (!id.host().equals(here.get("host"))) {
            throw refused(seen, "it is of the host " + JsonRules.forLog(id.host()) + ", this is " + here.get("host"));
        }
        long pid = id.pid();
        if (pid == 0 || processes.isNested(pid)) {
            throw refused(
                    seen,
                    "its process cannot be told, since "
                            + (pid == 0 ? "its id names none" : "one of a container has its pid, too"));
        }
        boolean gone = isGone(pid, null);
        if (gone || isLaterThan(handle(seen, pid), seen)) {
            if (processes.isOutermost() || !gone && processes.hasNoContainers()) {
                return Optional.empty();
            }
            throw refused(seen, MAYBE_ELSEWHERE + "; if it is not, use: resque remove");
        }
        ProcessHandle process = handle(seen, pid);
        String line = commandLine(process);
        if (!RESQUE.matcher(line).find()) {
            throw refused(seen, "the process " + pid + " is no worker: " + JsonRules.forLog(line));
        }
        return Optional.of(process);
    }

    /** A process that began after the worker registered has got the pid of the worker, which has ended. */
    private static boolean isLaterThan(ProcessHandle process, WorkerSnapshot seen) {
        String started = seen.started();
        return started != null
                && WireTimes.parse(started)
                        .flatMap(registered -> process.info()
                                .startInstant()
                                .map(start ->
                                        start.minus(BEFORE_ITS_REGISTRATION).isAfter(registered)))
                        .orElse(false);
    }

    /** Whether two workers are of one process. */
    static boolean isSame(WorkerSnapshot one, WorkerSnapshot other) {
        return WorkerId.parse(one.id()).isOfSameProcess(WorkerId.parse(other.id()))
                && one.attributes().equals(other.attributes());
    }

    static String place(WorkerSnapshot seen) {
        WorkerId id = WorkerId.parse(seen.id());
        return id.isWhole() ? " " + id.process() + " on " + seen.attributes().getOrDefault("host", id.host()) : "";
    }

    /** Kills it and all processes that it has started, and waits until all have ended. */
    void kill(WorkerSnapshot seen, ProcessHandle process, boolean evenAnApplication) {
        // First the process that would start others, or record the end of a child.
        List<ProcessHandle> all =
                Stream.concat(Stream.of(process), process.descendants()).toList();
        if (process.equals(ProcessHandle.current())) {
            throw refused(seen, "it is of this very process; stop it");
        }
        if (all.contains(ProcessHandle.current())) {
            throw refused(seen, "it has started this very process, which would end with it; say it elsewhere");
        }
        refuseUnlessCertain(seen, process, evenAnApplication);
        all.forEach(ProcessHandle::destroyForcibly);
        long end = System.nanoTime() + END.toNanos();
        while (all.stream().anyMatch(each -> each.isAlive() && !processes.isGone(each.pid(), null))) {
            if (System.nanoTime() > end) {
                throw refused(
                        seen, "its process " + process.pid() + " does not end, perhaps since it is of another user");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /**
     * Sends it a signal. Java has none for this, so a shell sends it.
     *
     * @param signal USR2 or CONT
     */
    void signal(WorkerSnapshot seen, ProcessHandle process, String signal) {
        String line = commandLine(process);
        if (!TITLE.matcher(line).find() && !(seen.attributes().isEmpty() && isStartedFor(seen, line))) {
            throw refused(
                    seen,
                    "its process is the application " + JsonRules.forLog(line) + " (process " + process.pid()
                            + "), which would take the signal " + signal
                            + " for another thing; use Worker.pause there, or"
                            + " pause all workers: resque pause --all");
        }
        if (seen.attributes().isEmpty() && !processes.isOutermost() && !processes.hasNoContainers()) {
            throw refused(seen, MAYBE_ELSEWHERE + "; send " + signal + " to it there");
        }
        try {
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kill.waitFor() != 0) {
                throw refused(seen, "its process did not take the signal: " + JsonRules.forLog(said.strip()));
            }
        } catch (IOException e) {
            throw refused(seen, "no shell can be started to send the signal: " + JsonRules.forLog(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(seen, "it was interrupted while it sent the signal");
        }
    }

    private void refuseUnlessCertain(WorkerSnapshot seen, ProcessHandle process, boolean evenAnApplication) {
        boolean ours = !seen.attributes().isEmpty();
        String line = commandLine(process);
        boolean isWorker = TITLE.matcher(line).find() || !ours && isStartedFor(seen, line);
        String shown = JsonRules.forLog(line) + " (process " + process.pid() + ")";
        if (!ours && !processes.isOutermost() && !processes.hasNoContainers() && !(isWorker && evenAnApplication)) {
            throw refused(
                    seen,
                    MAYBE_ELSEWHERE + "; end it there"
                            + (isWorker ? ", or say --force if " + shown + " is this worker" : ""));
        }
        if (!isWorker && !evenAnApplication) {
            throw refused(
                    seen,
                    (ours ? "it is a part of the application " : "it may be a part of the application, or none, of ")
                            + shown + ", all of which would end; stop it there, or say --force");
        }
    }

    /** As {@code rake resque:work QUEUE=high,low} before it sets its title. */
    private static boolean isStartedFor(WorkerSnapshot seen, String line) {
        String queues = WorkerId.parse(seen.id()).queues();
        return queues != null
                && RESQUE.matcher(line).find()
                && Pattern.compile("\\sQUEUES?=" + Pattern.quote(queues) + "(\\s|$)")
                        .matcher(line)
                        .find();
    }

    private ConfigurationException refused(WorkerSnapshot seen, String why) {
        return new ConfigurationException("The worker " + JsonRules.forLog(seen.id()) + " is not " + done + ": " + why);
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException e) {
            return process.info().commandLine().orElse("");
        }
    }
}
