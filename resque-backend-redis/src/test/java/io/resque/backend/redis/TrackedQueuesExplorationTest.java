package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Reservation;
import io.resque.api.spi.Subscription;
import io.resque.tck.explorer.Exploration;
import io.resque.tck.explorer.Explorer;
import io.resque.tck.explorer.Model;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** In whatever order workers, the tracker and the server get their turns, no job lies in a queue that a worker waits for. */
class TrackedQueuesExplorationTest {
    private static final Subscription ANY = new Subscription(List.of(), "", "");
    private static final String NAMES = "names";

    /** What QueueWatch and QueueTracker do, a server that tells of changes, and other programs. */
    private static class Tracking implements Model {
        private final WaitingLine line = new WaitingLine();
        TrackedQueues queues = new TrackedQueues();
        private final List<String> pushes;
        private int takes;
        private int breaks;
        private int timeouts;
        private int announcements;
        private boolean secondsPass = true;
        private boolean stops;
        private final List<Worker> workers = new ArrayList<>();
        private final int pushed;
        private int taken;

        private final Map<String, Integer> jobs = new TreeMap<>();
        private Set<String> names = Set.of("a");
        private final Set<String> toldOf = new TreeSet<>();
        private final Set<String> messages = new TreeSet<>();
        private boolean isBroken;

        At at = At.LOOKS;
        private TrackedQueues.@Nullable Round round;
        private Map<String, Long> lengths = Map.of();
        private @Nullable Set<String> namesRead;

        private enum At {
            LOOKS,
            READS,
            HAS_REPLY,
            ENDED
        }

        Tracking(List<String> pushes) {
            this.pushes = new ArrayList<>(pushes);
            this.pushed = pushes.size();
            workers.add(new Worker("worker 0", null, "a", "b"));
            workers.add(new Worker("worker 1", null, "b"));
        }

        /** Another program takes a job. */
        Tracking andATake() {
            takes = 1;
            return this;
        }

        Tracking andABreak() {
            breaks = 1;
            return this;
        }

        Tracking andATimeout() {
            timeouts = 1;
            return this;
        }

        /** A worker stops while it waits, so it takes no job any more. */
        Tracking andAStop() {
            stops = true;
            return andATimeout();
        }

        /** A worker of patterns waits, and a queue is announced. */
        Tracking andAnAnnouncement() {
            announcements = 1;
            workers.set(1, new Worker("worker 1", names, "b"));
            return this;
        }

        /** No found queue is read again only because time has passed. */
        Tracking withoutTime() {
            secondsPass = false;
            return this;
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
            private final Set<String> wanted;
            private @Nullable Set<String> known;
            Does does = Does.RESERVES;

            @Nullable
            Waiter waiter;

            Worker(String name, @Nullable Set<String> known, String... queues) {
                this.name = name;
                this.known = known;
                this.wanted = new LinkedHashSet<>(List.of(queues));
            }

            void addSteps(Map<String, Runnable> steps) {
                switch (does) {
                    case RESERVES ->
                        steps.put(name + " reserves", () -> does = take(null) ? Does.RESERVES : Does.ENTERS);
                    case ENTERS -> steps.put(name + " begins to wait", this::enter);
                    case WAITS -> {
                        if (waiter().isWoken()) {
                            steps.put(name + " is woken", () -> {
                                does = Does.LOOKS;
                                if (waiter().otherNames) {
                                    known = names;
                                    leave();
                                }
                            });
                        } else if (timeouts > 0) {
                            steps.put(name + " has waited for too long", () -> {
                                timeouts--;
                                does = Does.GIVES_UP;
                            });
                        }
                    }
                    case GIVES_UP ->
                        steps.put(name + " leaves the line", () -> {
                            line.remove(waiter());
                            looked(false);
                            leave();
                            if (stops) {
                                does = Does.ENDED;
                            }
                        });
                    case ENDED -> {}
                    case LOOKS ->
                        steps.put(name + " looks", () -> {
                            boolean took = take(waiter().wokenFor);
                            looked(took);
                            waiter = null;
                            does = took ? Does.RESERVES : Does.ENTERS;
                        });
                }
            }

            /** As QueueWatch, which says so also if the tracker woke the worker after its time was over. */
            private void looked(boolean took) {
                String queue = waiter().wokenFor;
                if (!took && queue != null) {
                    tookNothing(Objects.requireNonNull(waiter().tracked), queue);
                }
            }

            private Waiter waiter() {
                return Objects.requireNonNull(waiter);
            }

            private void leave() {
                waiter = null;
                does = Does.RESERVES;
            }

            private boolean take(@Nullable String only) {
                for (String queue : only == null ? wanted : Set.of(only)) {
                    if (jobs.getOrDefault(queue, 0) > 0) {
                        jobs.merge(queue, -1, Integer::sum);
                        taken++;
                        change(queue);
                        return true;
                    }
                }
                return false;
            }

            private void enter() {
                if (queues.haveEnded()) {
                    queues = new TrackedQueues();
                    at = At.LOOKS;
                }
                Waiter entering = new Waiter(this, ANY, wanted, known, false);
                entering.tracked = queues;
                queues.enter(entering.trackedQueues(), known);
                line.add(entering);
                waiter = entering;
                does = Does.WAITS;
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
                throw new AssertionError("only readers send ahead");
            }

            @Override
            public String toString() {
                return name;
            }

            String state() {
                return does + " " + waiter + " " + known;
            }
        }

        /** The server tells once of a key that was read. */
        private void change(String key) {
            if (toldOf.remove(key) && !isBroken) {
                messages.add(key);
            }
        }

        @Override
        public Map<String, Runnable> steps() {
            Map<String, Runnable> steps = new LinkedHashMap<>();
            addServerSteps(steps);
            workers.forEach(worker -> worker.addSteps(steps));
            addTrackerSteps(steps);
            return steps;
        }

        private void addServerSteps(Map<String, Runnable> steps) {
            if (!pushes.isEmpty()) {
                String queue = pushes.get(0);
                steps.put("a job is pushed to " + queue, () -> {
                    pushes.remove(0);
                    jobs.merge(queue, 1, Integer::sum);
                    change(queue);
                });
            }
            if (announcements > 0) {
                steps.put("a queue is announced", () -> {
                    announcements--;
                    names = Set.of("a", "c");
                    change(NAMES);
                });
            }
            if (takes > 0 && jobs.getOrDefault("b", 0) > 0) {
                steps.put("another program takes a job of b", () -> {
                    takes--;
                    taken++;
                    jobs.merge("b", -1, Integer::sum);
                    change("b");
                });
            }
            if (breaks > 0 && at != At.ENDED) {
                steps.put("the connection breaks", () -> {
                    breaks--;
                    isBroken = true;
                    toldOf.clear();
                    messages.clear();
                });
            }
            for (String key : messages) {
                steps.put("the server tells of " + key, () -> {
                    messages.remove(key);
                    if (key.equals(NAMES)) {
                        queues.namesChanged();
                    } else {
                        queues.changed(key);
                    }
                });
            }
        }

        private void addTrackerSteps(Map<String, Runnable> steps) {
            if (isBroken && at != At.ENDED) {
                steps.put("the tracker is told that the connection broke", () -> {
                    isBroken = false;
                    queues.allChanged();
                    if (at != At.LOOKS) {
                        fail();
                    }
                });
            }
            if (secondsPass && at != At.ENDED && (queues.isFound("a") || queues.isFound("b"))) {
                steps.put("a second passes", () -> queues.readFoundBefore(1));
            }
            switch (at) {
                case LOOKS -> {
                    if (!queues.areWanted()) {
                        steps.put("the tracker is not needed", () -> {
                            queues.end();
                            at = At.ENDED;
                            isBroken = false;
                            toldOf.clear();
                            messages.clear();
                        });
                    } else if (queues.mustRead()) {
                        steps.put("the tracker begins to read", () -> {
                            round = begin();
                            at = At.READS;
                        });
                    }
                }
                case READS ->
                    steps.put("the server answers the tracker", () -> {
                        if (isBroken) {
                            isBroken = false;
                            queues.allChanged();
                            fail();
                        } else {
                            read(Objects.requireNonNull(round));
                        }
                    });
                case HAS_REPLY ->
                    steps.put("the tracker has the reply", () -> {
                        hasReply(Objects.requireNonNull(round));
                        clear();
                    });
                case ENDED -> {}
            }
        }

        TrackedQueues.Round begin() {
            return queues.begin();
        }

        void tookNothing(TrackedQueues from, String queue) {
            from.tookNothing(queue);
        }

        private void read(TrackedQueues.Round asked) {
            lengths = new TreeMap<>();
            for (String queue : asked.queues()) {
                toldOf.add(queue);
                if (jobs.getOrDefault(queue, 0) > 0) {
                    lengths.put(queue, (long) jobs.get(queue));
                }
            }
            if (asked.names()) {
                toldOf.add(NAMES);
                namesRead = names;
            }
            at = At.HAS_REPLY;
        }

        void hasReply(TrackedQueues.Round asked) {
            line.wakeForJobs(queues.found(lengths, 0));
            if (asked.names()) {
                queues.announced(namesRead);
                line.wakeForNames(namesRead);
            }
        }

        private void fail() {
            queues.allChanged();
            Waiter looks = line.take(waiter -> waiter.tracked == queues);
            if (looks != null) {
                looks.wake();
            }
            clear();
        }

        private void clear() {
            round = null;
            lengths = Map.of();
            namesRead = null;
            at = At.LOOKS;
        }

        @Override
        public Object state() {
            return List.of(
                    line.toString(),
                    queues.toString(),
                    pushes.size() + " " + takes + " " + breaks + " " + timeouts + " " + announcements,
                    jobs.toString(),
                    new TreeSet<>(names),
                    toldOf.toString(),
                    messages.toString(),
                    isBroken,
                    at + " " + (round == null ? "" : new TreeSet<>(round.queues()) + " " + round.names()) + lengths
                            + namesRead,
                    workers.stream().map(Worker::state).toList());
        }

        private boolean isWatched(String key, boolean counts) {
            boolean isRead = round != null
                    && (key.equals(NAMES) ? round.names() : round.queues().contains(key));
            return !counts || toldOf.contains(key) || messages.contains(key) || isRead || isBroken;
        }

        @Override
        public Map<String, Boolean> invariants() {
            Map<String, Boolean> invariants = new LinkedHashMap<>();
            List<Worker> waiting = workers.stream()
                    .filter(worker ->
                            worker.does == Does.WAITS && !worker.waiter().isWoken())
                    .toList();
            invariants.put(
                    "waiting ⇒ the tracker has not ended",
                    waiting.stream().allMatch(worker -> worker.waiter().tracked == queues && !queues.haveEnded()));
            invariants.put(
                    "waiting ⇒ each queue is unread, told of or found",
                    waiting.stream()
                            .flatMap(worker -> worker.wanted.stream())
                            .allMatch(queue ->
                                    queues.isUnread(queue) || queues.isToldOf(queue) || queues.isFound(queue)));
            invariants.put(
                    "told of ⇒ the server tells, or a reply or a message is under way",
                    Set.of("a", "b").stream()
                            .allMatch(queue -> isWatched(queue, queues.isToldOf(queue) && queues.isWanted(queue))));
            invariants.put("what the queues say of themselves", queues.holds());
            return invariants;
        }

        @Override
        public Map<String, Boolean> atTheEnd() {
            return Map.of(
                    "no worker waits beside a job or knows old names",
                    (taken == pushed || workers.stream().allMatch(worker -> worker.does == Does.ENDED))
                            && workers.stream().allMatch(worker -> worker.known == null || worker.known.equals(names)));
        }
    }

    private static void explore(int jobs, String with, UnaryOperator<Tracking> and) {
        Exploration seen = Explorer.explore(
                "TrackedQueues, 2 workers, " + jobs + " jobs, " + with,
                () -> and.apply(new Tracking(Collections.nCopies(jobs, "b"))));
        seen.mustHold();
        assertThat(seen.states()).isGreaterThan(100);
    }

    @Test
    void noJobLiesBesideAWaitingWorkerWhereOthersTakeJobs() {
        explore(2, "another program", Tracking::andATake);
    }

    @Test
    void neitherWhereTheConnectionBreaks() {
        explore(2, "a broken connection", Tracking::andABreak);
    }

    @Test
    void neitherWhereAWorkerLeaves() {
        explore(2, "a timeout", Tracking::andATimeout);
    }

    /** What a worker did not take is read again at once, not only after a second. */
    @Test
    void neitherWhereNoTimePasses() {
        explore(
                2,
                "a stop and another program, but no time",
                tracking -> tracking.andATake().andAStop().withoutTime());
    }

    @Test
    void aWorkerThatDoesNotSayThatItTookNothingIsCaught() {
        Exploration seen = Explorer.explore(
                "TrackedQueues, which are not told that a worker took nothing",
                () -> new Tracking(Collections.nCopies(2, "b")) {
                    @Override
                    void tookNothing(TrackedQueues from, String queue) {}
                }.andAStop().withoutTime());
        assertThat(seen.violation())
                .hasValueSatisfying(wrong ->
                        assertThat(wrong.what()).isEqualTo("not so: no worker waits beside a job or knows old names"));
    }

    @Test
    void noWorkerGoesOnWithOldNames() {
        explore(1, "an announcement", Tracking::andAnAnnouncement);
    }

    /** What the server tells while the reply is under way would be forgotten. */
    @Test
    void aTrackerThatCountsAQueueAsReadOnlyAfterTheReplyIsCaught() {
        Exploration seen = Explorer.explore(
                "TrackedQueues, which count as read after the reply", () -> new Tracking(List.of("b")) {
                    @Override
                    TrackedQueues.Round begin() {
                        return new TrackedQueues.Round(
                                Set.of("a", "b").stream()
                                        .filter(queues::isUnread)
                                        .toList(),
                                false);
                    }

                    @Override
                    void hasReply(TrackedQueues.Round asked) {
                        queues.begin();
                        super.hasReply(asked);
                    }
                });
        assertThat(seen.violation())
                .hasValueSatisfying(wrong -> assertThat(wrong.what())
                        .isEqualTo("not so: told of ⇒ the server tells, or a reply or a message is under way"));
    }
}
