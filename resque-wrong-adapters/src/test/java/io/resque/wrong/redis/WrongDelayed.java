package io.resque.wrong.redis;

import static io.resque.wrong.redis.Mutation.always;
import static io.resque.wrong.redis.Mutation.instead;
import static io.resque.wrong.redis.Mutation.never;
import static io.resque.wrong.redis.Mutation.without;
import static io.resque.wrong.redis.Wrong.calls;
import static io.resque.wrong.redis.Wrong.script;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Adapters that are wrong with delayed items. */
final class WrongDelayed {
    private WrongDelayed() {}

    static List<Wrong> all() {
        return Stream.of(writing(), reading(), moving(), movingOthers(), locking(), looking(), changing(), discarding())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Wrong> writing() {
        return List.of(
                script("delays at the head", "W-651", "delay", instead("append", "RPUSH", "LPUSH")),
                script("delays without the schedule", "W-651", "delay", without("schedule")),
                script(
                        "a score that is not the second",
                        "W-651",
                        "delay",
                        instead("schedule", "second, second", "second + 1, second")),
                script("delays without the set of seconds", "W-651", "delay", without("mark")),
                script("the time of an hour later", "W-651 W-652", "delay", instead("time", "[1])", "[1]) + 3600")),
                script("delays what is due now", "W-652", "delay", instead("due", "<= time", "<= 0")),
                script("pushes a due job at the head", "W-652", "delay", instead("push", "RPUSH", "LPUSH")),
                script("pushes a due job without announcing", "W-652", "delay", without("announce")),
                script("delays though a status is taken", "W-653", "delay", never("new_status")),
                script("delays without the status", "W-653", "delay", without("status")),
                script(
                        "delays whatever the queue and the schedule are",
                        "W-654",
                        "delay",
                        instead(
                                "types",
                                "some_due and (not_a('list', KEYS[1]) or some_delayed and not_a('zset', KEYS[3])) or ",
                                "")),
                script(
                        "delays in a schedule of any type",
                        "W-654",
                        "delay",
                        instead("schedule_type", "not_a('zset', KEYS[3]) or added", "time")),
                script(
                        "delays whatever the list of the second is",
                        "W-654",
                        "delay",
                        instead("list_type", "not_a('list', list)", "nil")));
    }

    private static List<Wrong> reading() {
        return List.of(
                script("finds items before they are due", "W-655", "delayed_page", instead("due", "time", "time + 9")),
                script("does not say when the next item is due", "W-655", "delayed_page", without("later")),
                script(
                        "reads any number of bytes",
                        "W-655 W-656",
                        "delayed_page",
                        instead("limit", " or bytes > limit and number > 0", "")),
                script("reads an item again and again", "W-655 W-656", "delayed_page", without("position")),
                script("does not go on within a second", "W-655 W-656", "delayed_page", without("cursor")),
                calls(
                        "counts seconds",
                        "W-657",
                        (real, command) -> new String(command[0], StandardCharsets.UTF_8).equals("LLEN")
                                        && new String(command[1], StandardCharsets.UTF_8).contains(":delayed:")
                                ? 1L
                                : real.call(command)),
                script(
                        "takes a lock of ours for a foreign one",
                        "W-668",
                        "delayed_page",
                        instead("holder", " and holder ~= ours", "")),
                script("reads what is too large", "W-658", "delayed_page", never("most")),
                script("shows what is too large", "W-658", "delayed_page", instead("shown", "stand_in(item)", "item")),
                script("sets aside what stands there now", "W-658", "set_aside_delayed", never("still_large")),
                script("sets aside what cannot be recorded", "W-658", "set_aside_delayed", never("large_effects")),
                script(
                        "what cannot be set aside comes again at once",
                        "W-658",
                        "set_aside_delayed",
                        without("large_put_off")),
                script("keeps back what stood behind it", "W-658", "set_aside_delayed", without("large_due")),
                script("sets aside and keeps nothing", "W-658", "set_aside_delayed", without("keep")),
                script("sets aside and leaves the set of seconds", "W-658", "set_aside_delayed", without("large_mark")),
                script("a list that may not be read is none", "W-672", "delayed_page", never("list_right")),
                script(
                        "stands still at entries of one score",
                        "W-669",
                        "delayed_page",
                        instead("progress", "more and (before or entry == ARGV[4])", "false")),
                script("says nothing of empty seconds", "W-669", "delayed_page", without("empty")),
                script("says nothing of lists that are none", "W-669", "delayed_page", without("not_a_list")),
                script("takes every entry for a second", "W-669", "delayed_page", always("second")),
                script(
                        "ends at entries without items",
                        "W-669",
                        "delayed_page",
                        instead("more", "{ score, entry, at }", "false")));
    }

    private static List<Wrong> moving() {
        return List.of(
                script("moves what is not the first", "W-661 W-663", "push_due", never("head")),
                script(
                        "moves the last item",
                        "W-661",
                        "push_due",
                        instead("take", "numbers[i], '-1'", "0, -numbers[i] - 1")),
                script("moves and lets the item stand", "W-661 W-662", "push_due", without("take")),
                script("moves without announcing", "W-661", "push_due", without("announce")),
                script("moves to the head of the queue", "W-661", "push_due", instead("to_queue", "RPUSH", "LPUSH")),
                script("leaves the set of seconds", "W-662", "push_due", without("unmark")),
                script("takes no second for empty", "W-662", "push_due", without("empty")),
                script("leaves empty seconds", "W-662", "push_due", without("unschedule")),
                script(
                        "moves onto a queue of any type",
                        "W-664",
                        "push_due",
                        instead("target", "not_a('list', queue)", "nil")),
                script(
                                "moves onto a queue that may not be announced",
                                "W-664",
                                "push_due",
                                instead("announce_right", " or not_allowed('SADD', KEYS[2])", ""))
                        .only(Wrong.Rights.ASKED),
                script("moves what is refused", "W-664", "push_due", never("refused")),
                script("a head that may not be read is gone", "W-672", "push_due", never("head_right")),
                script("a lock that may not be read is free", "W-672", "push_due", never("lock_right")),
                script("pushes what may not be taken away", "W-672", "push_due", never("right"))
                        .only(Wrong.Rights.ASKED));
    }

    /** Moves with effects, or to another second, or nowhere. */
    private static List<Wrong> movingOthers() {
        return List.of(
                script("moves what is not the first, with others", "W-661 W-665", "move_delayed", never("head")),
                script(
                        "moves the last item, with others",
                        "W-661 W-665",
                        "move_delayed",
                        instead("take", "1, -1", "0, -2")),
                script("moves and lets the item stand, with others", "W-661 W-665", "move_delayed", without("take")),
                script("moves without announcing, with others", "W-661", "move_delayed", without("announce")),
                script(
                        "moves to the head of the queue, with others",
                        "W-661",
                        "move_delayed",
                        instead("to_queue", "RPUSH", "LPUSH")),
                script("leaves the set of seconds, with others", "W-661 W-665", "move_delayed", without("unmark")),
                script("leaves empty seconds, with others", "W-661 W-666", "move_delayed", without("unschedule")),
                script(
                        "moves onto a key of any type, with others",
                        "W-664",
                        "move_delayed",
                        instead("target", "not_a('list', list) or ", "")),
                script(
                                "moves onto a queue that may not be announced, with others",
                                "W-664",
                                "move_delayed",
                                never("announce_right"))
                        .only(Wrong.Rights.ASKED),
                script("moves what is refused, with others", "W-664 W-665", "move_delayed", never("refused")),
                script(
                        "moves though an effect cannot be written",
                        "W-665",
                        "move_delayed",
                        instead("move_effects", " or refusal(move.effects, move.first_key)", "")),
                script("moves without effects", "W-665", "move_delayed", without("effects")),
                script(
                        "delays again what is due",
                        "W-666",
                        "move_delayed",
                        instead("if_due", " and not (move.queue and tonumber(move.to) <= time)", "")),
                script("another second without the schedule", "W-666", "move_delayed", without("other_schedule")),
                script(
                        "another second at the head",
                        "W-666",
                        "move_delayed",
                        instead("other_second", "RPUSH", "LPUSH")),
                script("another second without the set of seconds", "W-666", "move_delayed", without("other_mark")),
                script("a full server records and keeps nothing", "W-670", "move_delayed", without("first_write")),
                script("moves beside a holder, with others", "W-668", "move_delayed", never("holder")),
                script(
                        "a head that may not be read is gone, with others",
                        "W-672",
                        "move_delayed",
                        never("head_right")),
                script(
                        "a lock that may not be read is free, with others",
                        "W-672",
                        "move_delayed",
                        never("lock_right")),
                script("pushes what may not be taken away, with others", "W-672", "move_delayed", never("right"))
                        .only(Wrong.Rights.ASKED));
    }

    private static List<Wrong> locking() {
        return Stream.of("delayed_page", "push_due")
                .flatMap(script -> Stream.of(
                        script(
                                "takes no lock in " + script,
                                "W-673",
                                script,
                                instead("hold", "redis.pcall('SET', free[i], ours, 'EX', hold)", "nil")),
                        script(
                                "takes locks for ever in " + script,
                                "W-673",
                                script,
                                instead("hold", ", 'EX', hold", "")),
                        script(
                                "takes a lock beside a holder in " + script,
                                "W-668 W-673 W-674",
                                script,
                                never("holder")),
                        script(
                                "forgets at once whose lock it saw in " + script,
                                "W-674",
                                script,
                                instead("note", "'EX', note", "'PX', 1")),
                        script(
                                "knows nothing of a lock that is gone in " + script,
                                "W-674",
                                script,
                                instead("noted", "lock and { lock, value }", "nil"))))
                .toList();
    }

    private static boolean is(byte[][] command, int word, String text) {
        return command.length > word && new String(command[word], StandardCharsets.UTF_8).equals(text);
    }

    private static List<Wrong> looking() {
        return List.of(
                calls("tells the last second", "W-675 W-676", (real, command) -> {
                    if (is(command, 0, "ZRANGEBYSCORE") && is(command, 2, "-inf") && is(command, 7, "1")) {
                        command[2] = "4000000001".getBytes(StandardCharsets.UTF_8);
                    }
                    return real.call(command);
                }),
                calls(
                        "takes the lease from its holder",
                        "W-676",
                        (real, command) -> real.call(
                                is(command, command.length - 1, "NX") && is(command, 0, "SET")
                                        ? Arrays.copyOf(command, command.length - 1)
                                        : command)),
                calls(
                        "does not renew the lease",
                        "W-676",
                        (real, command) -> is(command, 0, "GETEX")
                                ? real.call("GET".getBytes(StandardCharsets.UTF_8), command[1])
                                : real.call(command)),
                calls(
                        "tells nothing of Node's lock",
                        "W-679",
                        (real, command) -> is(command, 0, "GET")
                                        && new String(command[1], StandardCharsets.UTF_8).endsWith("leader_lock")
                                ? null
                                : real.call(command)),
                script("finds no right missing", "W-680", "missing_rights", never("refused")),
                script("does not ask for rights that cannot be tried", "W-680", "missing_rights", never("asked"))
                        .only(Wrong.Rights.ASKED),
                script("does not count a caller", "W-677", "join_scheduler", without("add")),
                script("counts silent callers", "W-677", "join_scheduler", without("expired")),
                script("remembers callers for ever", "W-677", "join_scheduler", without("expire")),
                script("gives back a lease of another's", "W-676 W-677", "leave_scheduler", always("lease")),
                script("keeps its lease", "W-677", "leave_scheduler", never("lease")),
                script(
                        "counts callers that have left",
                        "W-677",
                        "leave_scheduler",
                        instead("remove", "redis.pcall('ZREM', KEYS[1], ARGV[1])", "0")));
    }

    private static List<Wrong> changing() {
        return List.of(
                script("takes away what is due beside a holder", "W-678", "change_delayed", never("due_second")),
                script("sets aside beside a holder", "W-678", "set_aside_delayed", never("large_held")),
                script("takes entries out beside a holder", "W-678", "discard_delayed", never("stray_held")),
                calls("reads many entries of one score again and again", "W-657 W-671", (real, command) -> {
                    if (is(command, 0, "ZRANGEBYSCORE") && is(command, 5, "LIMIT")) {
                        command[6] = "0".getBytes(StandardCharsets.UTF_8);
                    }
                    return real.call(command);
                }),
                script("takes away what cannot be written", "W-667", "change_delayed", never("refused")),
                script("counts nothing that it takes away", "W-667", "change_delayed", instead("count", "+ 1", "+ 0")),
                script(
                        "takes away what stands before",
                        "W-667",
                        "change_delayed",
                        instead("place", "hit[1]", "math.max(0, hit[1] - 1)")),
                script("leaves something in the places", "W-667", "change_delayed", without("places")),
                script("takes away without effects", "W-667", "change_delayed", without("effects")),
                script(
                        "a full server takes away what it cannot write",
                        "W-670",
                        "change_delayed",
                        instead("first_write", "redis.pcall('LSET', list, hits[1][1], hits[1][2].item)", "{}")),
                script("a full server removes nothing", "W-670", "change_delayed", without("if_full")),
                script("changes what may not be taken away", "W-672", "change_delayed", never("right")));
    }

    private static List<Wrong> discarding() {
        return List.of(
                script(
                        "removes seconds that have items",
                        "W-669",
                        "drop_empty",
                        instead("still_empty", "redis.call('EXISTS', KEYS[i]) == 0 and ", "")),
                script("removes what is a list by now", "W-669", "discard_delayed", never("still_stray")),
                script("what cannot be recorded comes again at once", "W-669", "discard_delayed", without("put_off")),
                script("removes what cannot be recorded", "W-669", "discard_delayed", never("check")),
                script("forgets items behind a fraction", "W-669", "discard_delayed", never("items_behind")),
                script("loses items behind a fraction", "W-669", "discard_delayed", without("next_second")),
                script("takes away what may not be appended", "W-672", "discard_delayed", never("right")),
                script("records and removes nothing", "W-669", "discard_delayed", without("remove")),
                script("removes without effects", "W-669", "discard_delayed", without("effects")),
                script("a full server records entries for ever", "W-670", "discard_delayed", without("first_write")),
                script("schedules nothing again", "W-671", "schedule_again", without("add")),
                script(
                        "removes no mark",
                        "W-671",
                        "remove_marks",
                        instead("remove", "redis.call('SREM', KEYS[1], ARGV[i])", "1")));
    }
}
