package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Subscription;
import io.resque.tck.explorer.Exploration;
import io.resque.tck.explorer.Explorer;
import io.resque.tck.explorer.Model;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** In whatever order workers, readers and the server get their turns, no job lies in a queue that a worker waits for. */
class WaitingLineExplorationTest {
    private static final Subscription ANY = new Subscription(List.of(), "", "");
    private static final Reservation JOB =
            Reservation.of(new ReservedJob(1, "any", Payload.ofText("{}"), Instant.EPOCH));

    /** What QueueWatch and QueuePeeks do, a server with queues, and other programs that push. */
    private static class Watch implements Model {
        final WaitingLine line = new WaitingLine();
        private final List<String> pushes;
        private int faults;
        private boolean mayClose;
        private final Map<String, Integer> jobs = new TreeMap<>();
        private final List<Worker> workers = new ArrayList<>();
        final List<Reader> readers = new ArrayList<>();
        private final int pushed;
        private int taken;
        private boolean aWaitingWorkerIsLost;

        /** With jobs that are pushed to these queues, and so many faults: timeouts and broken connections. */
        Watch(List<String> pushes, int faults) {
            this(pushes, faults, false);
            workers.add(new Worker("worker 1", "b"));
        }

        /** The same with one worker, and perhaps the backend is closed. */
        Watch(List<String> pushes, int faults, boolean mayClose) {
            this.pushes = new ArrayList<>(pushes);
            this.pushed = pushes.size();
            this.faults = faults;
            this.mayClose = mayClose;
            workers.add(new Worker("worker 0", "a", "b"));
        }

        private enum Does {
            RESERVES,
            ENTERS,
            WAITS,
            GIVES_UP,
            LOOKS,
            ENDED
        }

        private final class Worker implements WaitingSession {
            private final String name;
            final Set<String> queues;
            Does does = Does.RESERVES;

            @Nullable
            Waiter waiter;

            /** The last step that it made, and the last that the server has seen. */
            int number;

            int seen;

            /** Whether the server has a job for it of which it does not know. */
            boolean holds;

            Worker(String name, String... queues) {
                this.name = name;
                this.queues = new LinkedHashSet<>(List.of(queues));
            }

            void addSteps(Map<String, Runnable> steps) {
                switch (does) {
                    case RESERVES ->
                        steps.put(name + " reserves", () -> {
                            if (reserveAtServer(++number, false).state() == Reservation.State.JOB) {
                                taken++;
                            } else {
                                does = Does.ENTERS;
                            }
                        });
                    case ENTERS -> steps.put(name + " begins to wait", this::enter);
                    case WAITS -> addWaitingSteps(steps);
                    case GIVES_UP ->
                        steps.put(name + " leaves the line", () -> {
                            leave();
                            does = Does.RESERVES;
                        });
                    case LOOKS ->
                        steps.put(name + " looks", () -> {
                            Reservation found = reserveAtServer(++number, false);
                            Objects.requireNonNull(waiter).looked();
                            waiter = null;
                            taken += found.state() == Reservation.State.JOB ? 1 : 0;
                            does = found.state() == Reservation.State.JOB ? Does.RESERVES : Does.ENTERS;
                        });
                    case ENDED -> {}
                }
            }

            private void addWaitingSteps(Map<String, Runnable> steps) {
                if (Objects.requireNonNull(waiter).isWoken()) {
                    steps.put(name + " is woken", () -> {
                        acquire();
                        does = leave() ? Does.RESERVES : Does.LOOKS;
                    });
                } else if (faults > 0) {
                    steps.put(name + " has waited for too long", () -> {
                        faults--;
                        does = Does.GIVES_UP;
                    });
                }
            }

            private void acquire() {
                try {
                    assertThat(Objects.requireNonNull(waiter).await(0)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }

            private void enter() {
                if (line.isClosed()) {
                    does = Does.ENDED;
                    return;
                }
                Waiter entering = new Waiter(this, ANY, queues, null, true);
                waiter = entering;
                entering.peeked = line.read(queues, 16, queue -> {
                    Reader reader = new Reader(queue);
                    readers.add(reader);
                    return reader;
                });
                line.add(entering);
                does = Does.WAITS;
            }

            /** Says whether it was given something. */
            private boolean leave() {
                Waiter leaving = Objects.requireNonNull(waiter);
                line.remove(leaving);
                if (leaving.given == null && does == Does.WAITS) {
                    return false;
                }
                leaving.looked();
                if (leaving.given == JOB) {
                    assertThat(holds)
                            .as("what it is given the server holds for it")
                            .isTrue();
                    holds = false;
                    taken++;
                }
                waiter = null;
                return true;
            }

            /** As step.lua does it. A reserve that was sent ahead looks first whether there is a job at all. */
            Reservation reserveAtServer(int step, boolean ahead) {
                if (ahead && queues.stream().noneMatch(queue -> jobs.getOrDefault(queue, 0) > 0)) {
                    return Reservation.EMPTY;
                }
                if (step <= seen) {
                    return Reservation.LOST;
                }
                seen = step;
                if (holds) {
                    holds = ahead;
                    return JOB;
                }
                for (String queue : queues) {
                    if (jobs.getOrDefault(queue, 0) > 0) {
                        jobs.merge(queue, -1, Integer::sum);
                        holds = ahead;
                        return JOB;
                    }
                }
                return Reservation.EMPTY;
            }

            @Override
            public Reservation reserve(Subscription subscription) {
                throw new AssertionError("the model reserves");
            }

            @Override
            public Reservation reserve(Subscription subscription, String queue) {
                throw new AssertionError("the model reserves");
            }

            @Override
            public ReserveAhead ahead(Subscription subscription) {
                return new Ahead(++number);
            }

            @Override
            public String toString() {
                return name;
            }

            String state() {
                return does + " " + waiter + " " + (number - seen) + " " + holds;
            }
        }

        private record Ahead(int number) implements ReserveAhead {
            @Override
            public byte[][] command() {
                throw new AssertionError("the model sends");
            }

            @Override
            public Reservation read(@Nullable Object reply) {
                throw new AssertionError("the model reads");
            }
        }

        enum At {
            AWAITS_WAITER,
            SENDS,
            PEEKS,
            RESERVES,
            READS,
            IS_DONE_SENDING,
            WAKES,
            AWAITS_LOOK,
            LEAVES,
            ENDED
        }

        final class Reader implements QueueReader {
            final String queue;
            At at = At.AWAITS_WAITER;
            private @Nullable Waiter sentFor;
            private int number;
            private @Nullable Reservation reply;
            private boolean mustWake;
            private @Nullable Waiter woken;

            Reader(String queue) {
                this.queue = queue;
            }

            void addSteps(Map<String, Runnable> steps) {
                String name = "reader of " + queue;
                switch (at) {
                    case AWAITS_WAITER -> {
                        if (line.isClosed() || line.hasWaiterFor(queue)) {
                            steps.put(name + " sees a waiter", () -> at = line.isClosed() ? end() : At.SENDS);
                        } else {
                            steps.put(name + " is not needed", () -> leave(this));
                        }
                    }
                    case SENDS -> steps.put(name + " sends", this::send);
                    case PEEKS -> addPeekSteps(steps, name);
                    case RESERVES ->
                        steps.put("the server runs the reserve of " + sentFor + " for the " + name, () -> {
                            reply = worker().reserveAtServer(number, true);
                            at = At.READS;
                        });
                    case READS -> {
                        steps.put(name + " reads", this::read);
                        if (faults > 0) {
                            steps.put("the reply to the " + name + " is lost", () -> {
                                faults--;
                                reply = null;
                                mustWake = true;
                                at = At.IS_DONE_SENDING;
                            });
                        }
                    }
                    case IS_DONE_SENDING ->
                        steps.put(name + " is done with sending", () -> {
                            if (sentFor != null) {
                                line.sendNoMoreFor(sentFor);
                            }
                            at = mustWake ? At.WAKES : At.AWAITS_WAITER;
                            sentFor = mustWake ? sentFor : null;
                        });
                    case WAKES ->
                        steps.put(name + " takes one out of the line", () -> {
                            woken = line.takeFor(queue, sentFor);
                            sentFor = null;
                            at = woken == null ? At.AWAITS_WAITER : At.AWAITS_LOOK;
                            mustWake = false;
                        });
                    case AWAITS_LOOK ->
                        steps.put(name + " wakes " + woken, () -> {
                            Objects.requireNonNull(woken).wake();
                            woken = null;
                            at = At.AWAITS_WAITER;
                        });
                    case LEAVES ->
                        steps.put(name + " ends", () -> {
                            line.endUnlessNeeded(queue, this);
                            at = At.ENDED;
                        });
                    case ENDED -> {}
                }
            }

            private void addPeekSteps(Map<String, Runnable> steps, String name) {
                if (jobs.getOrDefault(queue, 0) > 0) {
                    steps.put(name + " has a job there", () -> {
                        mustWake = true;
                        at = sentFor == null ? At.IS_DONE_SENDING : At.RESERVES;
                    });
                }
                if (line.isClosed() || faults > 0) {
                    steps.put(name + " has no connection", () -> {
                        faults -= line.isClosed() ? 0 : 1;
                        mustWake = true;
                        at = At.IS_DONE_SENDING;
                    });
                }
            }

            private Worker worker() {
                return (Worker) Objects.requireNonNull(sentFor).session;
            }

            private void send() {
                sentFor = line.sendFor(queue);
                number = sentFor == null ? 0 : ((Ahead) Objects.requireNonNull(sentFor.ahead)).number();
                at = At.PEEKS;
            }

            private void read() {
                Waiter waiter = Objects.requireNonNull(sentFor);
                Reservation read = Objects.requireNonNull(reply);
                boolean given = line.give(waiter, read);
                aWaitingWorkerIsLost |= given && read == Reservation.LOST;
                reply = null;
                mustWake = !given;
                at = At.IS_DONE_SENDING;
            }

            At end() {
                line.end(queue, this);
                return At.ENDED;
            }

            @Override
            public void close() {}

            @Override
            public String toString() {
                return queue + " " + at + " " + sentFor + " " + (sentFor == null ? "" : worker().number - number) + " "
                        + reply + " " + mustWake + " " + woken;
            }
        }

        void leave(Reader reader) {
            reader.at = line.endUnlessNeeded(reader.queue, reader) ? At.ENDED : At.AWAITS_WAITER;
        }

        @Override
        public Map<String, Runnable> steps() {
            Map<String, Runnable> steps = new LinkedHashMap<>();
            if (!pushes.isEmpty()) {
                steps.put("a job is pushed to " + pushes.get(0), () -> jobs.merge(pushes.remove(0), 1, Integer::sum));
            }
            if (mayClose) {
                steps.put("the backend is closed", () -> {
                    mayClose = false;
                    line.close();
                });
            }
            workers.forEach(worker -> worker.addSteps(steps));
            readers.removeIf(reader -> reader.at == At.ENDED && !isRegistered(reader));
            readers.forEach(reader -> reader.addSteps(steps));
            return steps;
        }

        private boolean isRegistered(Reader reader) {
            return line.readers().contains(reader);
        }

        @Override
        public Object state() {
            return List.of(
                    line.toString(),
                    pushes.size(),
                    faults,
                    mayClose,
                    jobs.toString(),
                    workers.stream().map(Worker::state).toList(),
                    readers.stream()
                            .filter(reader -> reader.at != At.ENDED || isRegistered(reader))
                            .map(Reader::toString)
                            .sorted()
                            .toList());
        }

        private boolean waits(Worker worker) {
            return worker.waiter != null && line.has(worker.waiter);
        }

        private boolean isRead(String queue) {
            return readers.stream().anyMatch(reader -> reader.queue.equals(queue) && reader.at != At.ENDED);
        }

        @Override
        public Map<String, Boolean> invariants() {
            List<Waiter> sentFor = readers.stream()
                    .filter(reader -> reader.sentFor != null && reader.at != At.WAKES)
                    .map(reader -> reader.sentFor)
                    .toList();
            Map<String, Boolean> invariants = new LinkedHashMap<>();
            invariants.put(
                    "waiting ⇒ a reader of each queue has not ended",
                    workers.stream()
                            .filter(this::waits)
                            .allMatch(worker -> worker.queues.stream().allMatch(this::isRead)));
            invariants.put(
                    "at most one reader sends for a worker",
                    sentFor.size() == Set.copyOf(sentFor).size()
                            && sentFor.stream().allMatch(waiter -> waiter.ahead != null));
            invariants.put(
                    "waiting ⇒ neither woken nor given anything",
                    workers.stream().filter(this::waits).allMatch(worker -> {
                        Waiter waiter = Objects.requireNonNull(worker.waiter);
                        return waiter.given == null && !waiter.isWoken();
                    }));
            invariants.put("no waiting worker is told that it is lost", !aWaitingWorkerIsLost);
            invariants.put("what the line says of itself", line.holds());
            long held = workers.stream().filter(worker -> worker.holds).count();
            int inQueues = jobs.values().stream().mapToInt(number -> number).sum();
            invariants.put("no job is lost or doubled", pushed - pushes.size() == inQueues + held + taken);
            return invariants;
        }

        @Override
        public Map<String, Boolean> atTheEnd() {
            return Map.of(
                    "no worker waits beside a job, and once closed, nobody waits and nobody reads",
                    line.isClosed()
                            ? workers.stream().allMatch(worker -> worker.does == Does.ENDED)
                                    && readers.stream().allMatch(reader -> reader.at == At.ENDED)
                            : taken == pushed);
        }
    }

    @Test
    void noJobLiesBesideAWaitingWorker() {
        Exploration seen = Explorer.explore("WaitingLine, 2 workers, 1 job, 1 fault", () -> new Watch(List.of("b"), 1));
        seen.mustHold();
        assertThat(seen.states()).isGreaterThan(1_000);
    }

    @Test
    void neitherWhereTheJobsAreInSeveralQueues() {
        Explorer.explore("WaitingLine, 2 workers, 2 queues with a job", () -> new Watch(List.of("a", "b"), 0))
                .mustHold();
    }

    @Test
    void whenItIsClosedNobodyGoesOnWaiting() {
        Explorer.explore("WaitingLine, 1 worker, 1 job, 1 fault, closed", () -> new Watch(List.of("b"), 1, true))
                .mustHold();
    }

    /** Between its look and its end a worker may begin to rely on it. */
    @Test
    void aReaderThatLooksFirstAndLeavesLaterIsCaught() {
        Exploration seen = Explorer.explore(
                "WaitingLine, where a reader leaves in a second step", () -> new Watch(List.of("b"), 0) {
                    @Override
                    void leave(Reader reader) {
                        reader.at = At.LEAVES;
                    }
                });
        assertThat(seen.violation()).hasValueSatisfying(wrong -> {
            assertThat(wrong.what()).isEqualTo("not so: waiting ⇒ a reader of each queue has not ended");
            assertThat(wrong.steps()).last().asString().endsWith(" ends");
        });
    }
}
