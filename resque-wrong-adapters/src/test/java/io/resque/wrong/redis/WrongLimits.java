package io.resque.wrong.redis;

import static io.resque.wrong.redis.Mutation.before;
import static io.resque.wrong.redis.Mutation.instead;
import static io.resque.wrong.redis.Mutation.never;
import static io.resque.wrong.redis.Mutation.without;
import static io.resque.wrong.redis.Wrong.calls;
import static io.resque.wrong.redis.Wrong.script;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Adapters whose scripts are wrong about limits. */
final class WrongLimits {
    private WrongLimits() {}

    static List<Wrong> all() {
        return List.of(
                script(
                        "gives more slots than there are",
                        "W-791",
                        "take_slots",
                        instead("slot_full", ">=", "< 0 and 0 ==")),
                script(
                        "repeats the ends of jobs where a limit lacks a right",
                        "W-423",
                        "step",
                        instead(
                                "slot_refused",
                                "pcall(limiting.take, queues.limits[queues.queue], a)",
                                "true, limiting.take(queues.limits[queues.queue], a)")),
                script("waits at the head", "W-791", "take_slots", instead("waits", "RPUSH", "LPUSH")),
                script("does not say how many slots there are", "W-791", "take_slots", without("slot_limits")),
                script("holds a job that waits", "W-791", "take_slots", without("slot_frees")),
                script("keeps the record of a job that waits", "W-791", "take_slots", without("slot_record")),
                script("moves a job that it no longer holds", "W-791", "take_slots", never("slot_held")),
                script("takes no slot", "W-791", "take_slots", without("takes")),
                script("slots that never end", "W-791", "take_slots", without("limit_slots_expire")),
                script("keeps the slot of a job that has ended", "W-792", "step", without("frees_limit_slot")),
                script("puts back with the slot", "W-792", "put_back", without("frees_limit_slot")),
                script("recovers with the slot", "W-792", "recover", without("frees_limit_slot")),
                script("sends no job back at an end", "W-792", "step", without("slot_goes_on")),
                script("sends back to the tail", "W-792", "step", instead("limited_head", "LPUSH", "RPUSH")),
                script("sends back twice", "W-792", "step", without("sent")),
                script("sends back without announcing", "W-792", "step", without("limited_announce")),
                script("keeps no slot for the job that goes back", "W-792", "step", without("offer")),
                script(
                        "keeps a slot for a job of a paused queue",
                        "W-792",
                        "step",
                        instead("rests", "string.find(paused, '\\n' .. queue .. '\\n', 1, true)", "nil")),
                script("looks no further than a paused queue", "W-792", "step", without("behind_paused")),
                script("sends back more jobs than there are slots", "W-792", "step", never("none_free")),
                script(
                        "does not know the job that went back",
                        "W-792",
                        "take_slots",
                        instead("offered", " and offers[i] == 0", "")),
                script("overtakes the jobs that wait", "W-792", "take_slots", instead("behind_others", "== 1", "== 2")),
                script("leaves a slot free though jobs wait", "W-792", "take_slots", without("goes_on")),
                script("counts slots of the dead for ever", "W-793", "send_back", without("slot_expired")),
                script(
                        "sends all jobs back",
                        "W-793",
                        "send_back",
                        instead("free_slots", "- redis.call('ZCARD', slots)", "+ 9")),
                script("never forgets a limit", "W-793", "step", never("none_waits")),
                script("renews no slot", "W-793", "heartbeat", without("renews_slot")),
                script("gives back a freed slot", "W-793", "heartbeat", instead("renews_slot", "'XX', ", "")),
                script(
                        "shortens the time of other slots",
                        "W-793",
                        "heartbeat",
                        instead("keeps_longer", "left <= tonumber(ARGV[at + 5])", "true")),
                calls(
                        "each process looks for itself",
                        "W-793",
                        (real, command) -> command.length == 6
                                        && new String(command[1], StandardCharsets.UTF_8).endsWith("java:limits_look")
                                ? new byte[0]
                                : real.call(command)),
                script("sends back what it cannot take away", "W-797", "send_back", never("send_refused"))
                        .only(Wrong.Rights.ASKED),
                script("lets the slots end while their jobs run", "W-793", "heartbeat", without("renews_slots")),
                script(
                        "one slot for equal jobs",
                        "W-794",
                        "step",
                        instead("equal_offers", "redis.call", "nil and redis.call")),
                script("keeps the slot beside the one it was kept for", "W-794", "take_slots", without("takes_offer")),
                script(
                        "keeps a slot for a job that waits elsewhere",
                        "W-795 W-796",
                        "take_slots",
                        without("unused_offer")),
                script(
                        "a lost session takes a slot",
                        "W-795",
                        "take_slots",
                        before("slot_lost", "session = session or ARGV[1] .. ARGV[2] .. ARGV[4]")),
                script("a job that has its slot waits for it", "W-795", "take_slots", without("has")),
                script(
                        "takes the turn from the wrong end",
                        "W-796",
                        "take_slots",
                        instead("slot_oldest", "-tonumber(ARGV[a])", "0")),
                script("a rate without a limit", "W-796", "take_slots", without("turn")),
                script("reserves no turn", "W-796", "take_slots", without("reserves")),
                script(
                        "reserves a second turn",
                        "W-791",
                        "take_slots",
                        instead("has_turn", "string.match(session, '^%d+ %d+ %d+@(%d+)', 49)", "''")),
                script("a repeated call does not wait for the turn", "W-791", "take_slots", never("turn_ahead")),
                script("forgets the turn", "W-791", "take_slots", without("notes_turn")),
                script("forgets the turn as the job begins", "W-791", "begin", instead("begin_held_turn", "@?%d*", "")),
                script("keeps every turn", "W-796", "take_slots", without("trims")),
                script("keeps turns for ever", "W-796", "take_slots", without("rate_expires")),
                script("a second too early", "W-796", "take_slots", instead("slot_second", "math.ceil", "math.floor")),
                script(
                        "does not look at the types of a limit",
                        "W-797",
                        "take_slots",
                        instead("limit_types", "not_a('zset', KEYS[i]) or not_a('list', KEYS[i + 1])", "nil")),
                script(
                                "does not look whether it may take a slot",
                                "W-797",
                                "take_slots",
                                instead(
                                        "limit_rights",
                                        "or may_not_send(KEYS[i], KEYS[i + 1], KEYS[4], KEYS[3]) or not_allowed('RPUSH', KEYS[i + 1])",
                                        ""))
                        .only(Wrong.Rights.ASKED),
                script(
                        "does not look at the types when it frees a slot",
                        "W-797",
                        "step",
                        instead(
                                "slot_types",
                                "not_a('zset', KEYS[k]) or not_a('list', KEYS[k + 1]) or not_a('hash', KEYS[k + 2])"
                                        + " or not_a('set', KEYS[k + 3])",
                                "nil")),
                script(
                                "does not look whether it may free a slot",
                                "W-797",
                                "step",
                                instead(
                                        "slot_rights",
                                        "or may_not_send(KEYS[k], KEYS[k + 1], KEYS[k + 2], KEYS[k + 3])",
                                        ""))
                        .only(Wrong.Rights.ASKED),
                script("sends back to what is no queue", "W-797", "step", never("cannot_go_back")),
                script(
                        "puts an empty payload in the place of a large one",
                        "W-798",
                        "take_slots",
                        instead("slot_payload", "held and held[4] or ARGV[7]", "ARGV[7]")),
                script("a job without a payload waits", "W-798", "take_slots", without("slot_still_held")));
    }
}
