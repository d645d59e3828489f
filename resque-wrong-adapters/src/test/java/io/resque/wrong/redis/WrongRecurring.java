package io.resque.wrong.redis;

import static io.resque.wrong.redis.Mutation.always;
import static io.resque.wrong.redis.Mutation.instead;
import static io.resque.wrong.redis.Mutation.never;
import static io.resque.wrong.redis.Mutation.without;
import static io.resque.wrong.redis.Wrong.ports;
import static io.resque.wrong.redis.Wrong.script;

import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.RecurringTick;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Adapters that are wrong with recurring jobs. */
final class WrongRecurring {
    private WrongRecurring() {}

    static List<Wrong> all() {
        return Stream.of(entries(), ticks()).flatMap(List::stream).toList();
    }

    /** Writes the last runs, and then pushes the jobs. */
    private static QueueBackend inTwoSteps(QueueBackend backend) {
        return Ports.recurring(backend, "tick", (real, args) -> {
            List<RecurringTick> ticks = new ArrayList<>();
            List<DelayedMove.ToQueue> targets = new ArrayList<>();
            for (Object each : (List<?>) args[1]) {
                RecurringTick tick = (RecurringTick) each;
                ticks.add(new RecurringTick(
                        tick.name(), tick.config(), tick.lastRun(), tick.newLastRun(), null, tick.effects()));
                targets.add(tick.target());
            }
            List<?> outcomes = (List<?>) real.call(args[0], ticks, args[2]);
            for (int i = 0; i < ticks.size(); i++) {
                DelayedMove.ToQueue target = targets.get(i);
                if (target != null
                        && outcomes.get(i) instanceof RecurringTick.Outcome outcome
                        && outcome.state() == RecurringTick.State.MADE) {
                    backend.queues().push(new Push(target.queue(), List.of(target.payload()), List.of()));
                }
            }
            return outcomes;
        });
    }

    private static List<Wrong> entries() {
        return List.of(
                script("writes no entry", "W-621", "put_recurring", without("put")),
                script("tells Ruby of each entry", "W-621", "put_recurring", always("for_ruby")),
                script("tells Ruby of no entry", "W-621", "put_recurring", never("for_ruby")),
                script("writes over any entry", "W-622", "put_recurring", never("expected")),
                script("tells Ruby of an unchanged entry", "W-622", "put_recurring", never("unchanged")),
                script("removes no entry", "W-623", "remove_recurring", without("remove")),
                script("removes any entry", "W-623", "remove_recurring", never("expected")),
                script("removes an entry without its last run", "W-623", "remove_recurring", without("last_run")),
                script("removes an entry without its pause", "W-623", "remove_recurring", without("paused")),
                script("tells Ruby of no removed entry", "W-623", "remove_recurring", never("for_ruby")),
                script("tells Ruby of each removed entry", "W-623", "remove_recurring", always("for_ruby")),
                script(
                        "reads one page only",
                        "W-624",
                        "recurring_page",
                        instead("cursor", "scanned[1], scanned[2]", "'0', scanned[2]")),
                script("reads entries of any size", "W-624", "recurring_page", instead("limit", "<= most", ">= 0")),
                ports(
                        "counts as many entries as it wants",
                        "W-624",
                        backend -> Ports.recurring(backend, "count", (real, args) -> 7L)),
                script(
                        "reads no last run",
                        "W-624",
                        "recurring_page",
                        instead("last_run", "redis.call('HGET', KEYS[2], name)", "false")),
                script(
                        "reads no pause",
                        "W-624",
                        "recurring_page",
                        instead("paused", "redis.call('SISMEMBER', KEYS[3], name)", "0")),
                script("pauses what is not there", "W-628", "pause_recurring", never("there")),
                script("pauses nothing", "W-628", "pause_recurring", without("pause")),
                script("ends a pause that is none", "W-628", "pause_recurring", never("is_paused")),
                script("ends a pause whatever the last run is", "W-628", "pause_recurring", never("expected")),
                script("ends a pause without the last run", "W-628", "pause_recurring", without("last_run")),
                script("ends no pause", "W-628", "pause_recurring", without("resume")),
                script("ends a pause whatever the keys are", "W-629", "pause_recurring", never("types")),
                script("writes an entry whatever Ruby's keys are", "W-629", "put_recurring", never("types")),
                script("removes an entry whatever Ruby's keys are", "W-629", "remove_recurring", never("types")));
    }

    private static List<Wrong> ticks() {
        return List.of(
                ports("ticks in two steps", "W-626", WrongRecurring::inTwoSteps),
                script(
                        "ticks by another entry",
                        "W-625",
                        "tick_recurring",
                        instead("entry", "redis.call('HGET', KEYS[1], name) ~= ARGV[a + 1]", "false")),
                script(
                        "ticks in a pause",
                        "W-625 W-628",
                        "tick_recurring",
                        instead("paused", "redis.call('SISMEMBER', KEYS[3], name) == 1", "false")),
                script(
                        "ticks again and again",
                        "W-625 W-626",
                        "tick_recurring",
                        instead("last_run", "not hash and", "false and")),
                script("ticks whoever holds a lock", "W-625", "tick_recurring", instead("lock", "if lock", "if false")),
                script("notes no tick", "W-620", "tick_recurring", without("note")),
                script("notes each tick", "W-620", "tick_recurring", always("most_notes")),
                script("notes the first look", "W-620", "tick_recurring", always("first_look")),
                script("keeps the ticks of an entry that is removed", "W-620", "remove_recurring", without("notes")),
                script("ticks without the last run", "W-625", "tick_recurring", without("tick")),
                script("ticks without announcing", "W-625", "tick_recurring", without("announce")),
                script("ticks at the head of the queue", "W-625", "tick_recurring", instead("push", "RPUSH", "LPUSH")),
                script("ticks without a push", "W-625 W-626", "tick_recurring", without("push")),
                script("ticks without effects", "W-627", "tick_recurring", without("effects")),
                script(
                        "ticks onto a queue of any type",
                        "W-627",
                        "tick_recurring",
                        instead("check", "(not_a('list', queue) or not_allowed('RPUSH', queue))", "nil")),
                script(
                        "ticks though an effect cannot be written",
                        "W-627",
                        "tick_recurring",
                        instead("check", " or refusal(effects, key)", "")),
                script(
                        "settles a tick that may not be pushed",
                        "W-627",
                        "tick_recurring",
                        never("asks"),
                        always("done")),
                script(
                        "ticks whatever the last runs are",
                        "W-629",
                        "tick_recurring",
                        instead("check", "hash or ", "")));
    }
}
