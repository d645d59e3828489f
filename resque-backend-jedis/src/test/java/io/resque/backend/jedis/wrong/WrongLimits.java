package io.resque.backend.jedis.wrong;

import static io.resque.backend.jedis.wrong.Mutation.instead;
import static io.resque.backend.jedis.wrong.Mutation.never;
import static io.resque.backend.jedis.wrong.Mutation.without;
import static io.resque.backend.jedis.wrong.Wrong.script;

import java.util.List;

/** Adapters whose scripts are wrong about limits. */
final class WrongLimits {
    private WrongLimits() {}

    static List<Wrong> all() {
        return List.of(
                script("gives more slots than there are", "W-781", "take_slots", instead("full", ">=", "< 0 and 0 ==")),
                script("waits at the head", "W-781", "take_slots", instead("waits", "RPUSH", "LPUSH")),
                script("does not say how many slots there are", "W-781", "take_slots", without("limits")),
                script("holds a job that waits", "W-781", "take_slots", without("frees")),
                script("keeps the record of a job that waits", "W-781", "take_slots", without("record")),
                script("moves a job that it no longer holds", "W-781", "take_slots", never("held")),
                script("takes no slot", "W-781", "take_slots", without("takes")),
                script("slots that never end", "W-781", "take_slots", without("slots_expire")),
                script("keeps the slot of a job that has ended", "W-782", "step", without("frees_slot")),
                script("puts back with the slot", "W-782", "put_back", without("frees_slot")),
                script("recovers with the slot", "W-782", "recover", without("frees_slot")),
                script("sends no job back at an end", "W-782", "step", without("slot_goes_on")),
                script("sends back to the tail", "W-782", "step", instead("limited_head", "LPUSH", "RPUSH")),
                script("sends back twice", "W-782", "step", without("sent")),
                script("sends back without announcing", "W-782", "step", without("limited_announce")),
                script("keeps no slot for the job that goes back", "W-782", "step", without("offer")),
                script(
                        "does not know the job that went back",
                        "W-782",
                        "take_slots",
                        instead("offered", " and offers[i] == 0", "")),
                script("overtakes the jobs that wait", "W-782", "take_slots", instead("behind_others", "== 1", "== 2")),
                script("leaves a slot free though jobs wait", "W-782", "take_slots", without("goes_on")),
                script("counts slots of the dead for ever", "W-783", "send_back", without("expired")),
                script(
                        "sends all jobs back",
                        "W-783",
                        "send_back",
                        instead("free", "- redis.call('ZCARD', slots)", "+ 9")),
                script("never forgets a limit", "W-783", "send_back", never("none_waits")),
                script("renews no slot", "W-783", "heartbeat", without("renews_slot")),
                script("gives back a freed slot", "W-783", "heartbeat", instead("renews_slot", "'XX', ", "")),
                script("lets the slots end while their jobs run", "W-783", "heartbeat", without("renews_slots")),
                script(
                        "one slot for equal jobs",
                        "W-784",
                        "step",
                        instead("equal_offers", "redis.call", "nil and redis.call")),
                script("keeps the slot beside the one it was kept for", "W-784", "take_slots", without("takes_offer")),
                script(
                        "keeps a slot for a job that waits elsewhere",
                        "W-785 W-786",
                        "take_slots",
                        without("unused_offer")),
                script("a lost session takes a slot", "W-785", "take_slots", never("lost")),
                script("a job that has its slot waits for it", "W-785", "take_slots", without("has")),
                script(
                        "takes the turn from the wrong end",
                        "W-786",
                        "take_slots",
                        instead("oldest", "-tonumber(ARGV[a])", "0")),
                script("a rate without a limit", "W-786", "take_slots", without("turn")),
                script("reserves no turn", "W-786", "take_slots", without("reserves")),
                script("keeps every turn", "W-786", "take_slots", without("trims")),
                script("keeps turns for ever", "W-786", "take_slots", without("rate_expires")),
                script("a second too early", "W-786", "take_slots", instead("second", "math.ceil", "math.floor")),
                script(
                        "does not look at the types of a limit",
                        "W-787",
                        "take_slots",
                        instead("limit_types", "not_a('zset', KEYS[i]) or not_a('list', KEYS[i + 1])", "nil")),
                script(
                                "does not look whether it may take a slot",
                                "W-787",
                                "take_slots",
                                instead(
                                        "limit_rights",
                                        "or not_allowed('ZADD', KEYS[i]) or not_allowed('RPUSH', KEYS[i + 1])",
                                        ""))
                        .only(Wrong.Rights.ASKED),
                script(
                        "does not look at the types when it frees a slot",
                        "W-787",
                        "step",
                        instead(
                                "slot_types",
                                "not_a('zset', KEYS[k]) or not_a('list', KEYS[k + 1]) or not_a('hash', KEYS[k + 2])"
                                        + " or not_a('set', KEYS[k + 3])",
                                "nil")),
                script(
                                "does not look whether it may free a slot",
                                "W-787",
                                "step",
                                instead("slot_rights", "or not_allowed('ZREM', KEYS[k])", ""))
                        .only(Wrong.Rights.ASKED),
                script("sends back to what is no queue", "W-787", "step", never("cannot_go_back")),
                script(
                        "puts an empty payload in the place of a large one",
                        "W-788",
                        "take_slots",
                        instead("payload", "held and held[4] or ARGV[7]", "ARGV[7]")),
                script("a job without a payload waits", "W-788", "take_slots", without("still_held")));
    }
}
