package io.resque.wrong.redis;

import static io.resque.wrong.redis.Mutation.always;
import static io.resque.wrong.redis.Mutation.instead;
import static io.resque.wrong.redis.Mutation.never;
import static io.resque.wrong.redis.Mutation.without;
import static io.resque.wrong.redis.Wrong.script;

import java.util.List;
import java.util.stream.Stream;

/** Adapters that are wrong with the locks of unique jobs. */
final class WrongLocks {
    private WrongLocks() {}

    static List<Wrong> all() {
        return Stream.of(pushes(), runs(), ends()).flatMap(List::stream).toList();
    }

    private static List<Wrong> pushes() {
        return List.of(
                script("pushes whatever is locked", "W-771", "delay", never("refused_push")),
                script(
                        "asks nobody for locks",
                        "W-771 W-772",
                        "delay",
                        instead("can_push", "locks.can_push(claim, taken, is_gone)", "1")),
                script("asks for the lock of a run", "W-771", "delay", always("not_running")),
                script("pushes both of two equal jobs", "W-771", "delay", never("taken_before")),
                script("pushes without the lock", "W-771 W-774", "delay", without("takes_locks")),
                script("takes no lock", "W-771 W-774", "delay", without("push_lock")),
                script(
                        "asks for the status of a refused job",
                        "W-771",
                        "delay",
                        instead(
                                "status_of_refused",
                                "answer[i - first_status + 1] == 1 and KEYS[i] or nil",
                                "KEYS[i]")),
                script("refuses a push that was made before", "W-772", "delay", never("pushed_before")),
                script("takes no lock over", "W-773", "delay", instead("whole_look", "at >= length", "false")),
                script(
                        "takes over what it has not seen whole",
                        "W-773",
                        "delay",
                        instead("whole_look", "at >= length", "true")),
                script("takes over what is on the queue", "W-773", "delay", without("stale_look")),
                script("ticks whatever is locked", "W-783", "tick_recurring", instead("tick_locked", "== 0", "== 7")),
                script("ticks without the lock", "W-783", "tick_recurring", without("tick_locks")),
                script(
                        "takes over without a look",
                        "W-782",
                        "delay",
                        instead(
                                "may_look",
                                "if type(length) == 'table' then",
                                "length = tonumber(length) or 0 if false then")),
                script(
                        "takes over without reading",
                        "W-782",
                        "delay",
                        instead("may_read", "if part.err then", "if false then")),
                script("moves away without the lock", "W-774", "move_delayed", without("locks_of_moved")),
                script("changes without the lock", "W-774", "change_delayed", without("locks_of_changed")),
                script("sets aside without the lock", "W-774", "set_aside_delayed", without("large_locks")),
                script(
                        "takes a set for no lock",
                        "W-781",
                        "delay",
                        instead(
                                "foreign_lock",
                                "if type(text) == 'table' then",
                                "if type(text) == 'table' then return nil elseif false then")),
                script("waits for what is past", "W-781", "delay", never("lock_expired")),
                script(
                        "locks for very long",
                        "W-781",
                        "delay",
                        instead("lock_value", "'EX', string.format('%.0f', expiry - time)", "'EX', 1000000")),
                script("frees any key", "W-781", "remove_queue", always("lock_prefix")),
                script(
                                "pushes without a right to locks",
                                "W-782",
                                "delay",
                                instead("claim_rights", "locks.forbidden(claim)", "nil"))
                        .only(Wrong.Rights.ASKED),
                script(
                                "does not ask for a right to locks",
                                "W-782",
                                "begin",
                                instead("claim_right", "not_allowed('SET', lock.key)", "nil"))
                        .only(Wrong.Rights.ASKED));
    }

    private static List<Wrong> runs() {
        return List.of(
                script("begins whatever is locked", "W-775", "begin", never("refused_run")),
                script(
                        "begins for a lost session",
                        "W-775",
                        "begin",
                        instead("begin_held", "string.sub(session, 33, 48) ~= ARGV[4]", "false")),
                script("begins and frees the lock of another", "W-775", "begin", always("free_queued_owner")),
                script("begins and frees nothing", "W-775", "begin", without("free_queued")),
                script(
                        "refuses a job since another one waits",
                        "W-775",
                        "begin",
                        instead(
                                "refused_run",
                                "not waits(holder) and (",
                                "(holder.owner ~= owner or not waits(holder)) and (")),
                script("takes the lock of a job that waits", "W-775", "begin", always("waits_without")),
                script("begins without its locks", "W-775", "begin", without("begin_lock")),
                script("notes no beginning", "W-776 W-779", "begin", without("begin_note")),
                script("renews no locks", "W-776", "heartbeat", without("renews")),
                script("renews nothing", "W-776", "heartbeat", without("renew")),
                script(
                        "renews the lock of another",
                        "W-776",
                        "heartbeat",
                        instead("renew_worker", "holder.worker == worker", "true")),
                script(
                        "shortens a lock",
                        "W-776",
                        "heartbeat",
                        instead("renew_worker", " and holder.expiry < time + keep", "")));
    }

    private static List<Wrong> ends() {
        return List.of(
                script("ends without its locks", "W-777", "step", without("effect_locks")),
                script("puts back without its locks", "W-777", "put_back", without("effect_locks")),
                script("recovers without its locks", "W-777", "recover", without("effect_locks")),
                script(
                        "frees the lock of another",
                        "W-777",
                        "step",
                        instead("release_owner", "holder.owner == owner", "true")),
                script("frees nothing", "W-777", "step", without("free")),
                script("frees the lock with which an equal payload runs", "W-777", "step", never("run_of_another")),
                script("keeps no lock for the next run", "W-777", "step", never("runs_again")),
                script(
                        "leaves the lock of a job that is delayed before its run",
                        "W-777",
                        "step",
                        instead(
                                "runs_again",
                                "lock.kind ~= 'r' and (mine or not holder)",
                                "(lock.kind == 'd' and (mine or not holder) or lock.kind == 'q' and not holder)")),
                script("moves a job to its limit without its lock", "W-777", "take_slots", without("limited_locks")),
                script(
                        "moves a job to its limit and leaves its lock",
                        "W-777",
                        "take_slots",
                        without("waits_elsewhere")),
                script("moves a job to its limit and turns any lock", "W-777", "take_slots", always("waits_owner")),
                script("removes a job without its lock", "W-778", "remove_claimed", without("free_removed")),
                script("frees the lock of what was not removed", "W-778", "remove_claimed", always("was_there")),
                script("removes a single job without its lock", "W-778", "remove_one", without("free_last")),
                script("frees the lock of a job that has an equal one", "W-778", "remove_one", always("was_last")),
                script("finds no claim", "W-778", "remove_claimed", instead("claim", "^.*", "^!")),
                script("removes many jobs without their locks", "W-778", "remove_near", without("free_near")),
                script("takes jobs without their locks", "W-778", "take", without("free_taken")),
                script("removes a queue with the lock of a run", "W-778", "remove_queue", never("run_of_another")),
                script("removes a queue without its locks", "W-778", "remove_queue", without("free_with_queue")),
                script(
                        "a stand-in without the claim",
                        "W-778",
                        "step",
                        instead("kept_claim", "string.match(payload,", "string.match('',")),
                script("recovers without the locks of the run", "W-779", "recover", without("run_locks")),
                script("puts back without the locks of the run", "W-779", "put_back", without("run_locks_back")),
                script("puts back and frees what was turned", "W-779", "put_back", always("leftover_owner")),
                script("frees nothing of a dead run", "W-779", "recover", without("leftover")),
                script("frees what was turned", "W-779", "recover", always("leftover_owner")),
                script("frees whatever is locked by now", "W-780", "free_lock", never("as_read")));
    }
}
