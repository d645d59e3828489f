package io.resque.wrong.redis;

import static io.resque.wrong.redis.Mutation.after;
import static io.resque.wrong.redis.Mutation.always;
import static io.resque.wrong.redis.Mutation.before;
import static io.resque.wrong.redis.Mutation.instead;
import static io.resque.wrong.redis.Mutation.never;
import static io.resque.wrong.redis.Mutation.without;
import static io.resque.wrong.redis.Wrong.script;

import java.util.List;

/** Adapters whose scripts are wrong: each script with one or a few of its marked lines changed. */
final class WrongScripts {
    private WrongScripts() {}

    static List<Wrong> all() {
        return List.of(
                // Queues
                script("push with status ignores the type of the queue", "W-105", "push", never("type")),
                script(
                        "push with status announces last",
                        "W-105",
                        "push",
                        without("announce"),
                        before("done", "redis.call('SADD', KEYS[2], ARGV[1])")),
                script("takes from the tail", "W-109", "take", instead("first", "0, ARGV[1] - 1", "-ARGV[1], -1")),
                script("removing keeps the announcement", "W-110", "remove_queue", without("announcement")),
                script("removing a failure list keeps its name", "W-308", "delete_list", without("announcement")),
                script("leaves something in the places of what it removes", "W-111", "remove_near", without("places")),
                script("counts nothing that it removes", "W-111", "remove_near", instead("count", "+ 1", "+ 0")),
                script(
                        "removes what stands in the place of what has moved",
                        "W-111",
                        "remove_near",
                        instead("place", "at - 1", "math.max(0, at - 2)")),
                script("removes no single element", "W-115", "remove_one", without("remove_one")),
                script("removes the last of equal elements", "W-115", "remove_one", instead("remove_one", "1,", "-1,")),
                script(
                        "counts one for several",
                        "W-115",
                        "remove_one",
                        instead("places_before", "#places", "math.min(1, #places)")),
                // Failures
                script("a failure at the head", "W-301", "add_failures", instead("append", "RPUSH", "LPUSH")),
                script("forgets failed_queues", "W-302", "add_failures", without("failed_queues")),
                script(
                        "edits without comparing",
                        "W-306",
                        "edit_failures",
                        instead("compare", "is_as_seen(record, ARGV[at + 1])", "true")),
                script(
                        "removes Ruby's empty records",
                        "W-304",
                        "edit_failures",
                        instead("tombstone", "\\0removed", "")),
                script("an edit's push is not announced", "W-305", "edit_failures", without("announce")),
                script("an edit ignores the type of the queue", "W-305", "edit_failures", never("type")),
                script("trims the newest", "W-307", "trim", instead("oldest", "surplus, -1", "0, -1 - surplus")),
                script("adds failures one by one", "W-309", "add_failures", never("type")),
                // Reservations
                script(
                        "leaves out a queue of a long list",
                        "W-401",
                        "step",
                        instead("passed_over", "looked + 1", "looked + 2")),
                script(
                        "reserves from the tail",
                        "W-401",
                        "step",
                        instead("pop_several", "LPOP", "RPOP"),
                        instead("pop", "LPOP", "RPOP")),
                script(
                        "reserves from the last queue first",
                        "W-401",
                        "step",
                        instead("first_queue", "queue = 1", "queue = count"),
                        instead("queues", "queues.queue <= queues.count", "queues.queue >= 1"),
                        instead("next_queue", "+ 1", "- 1")),
                script("a record without its time", "W-402", "step", instead("head", " .. time", "")),
                script(
                        "a record in another zone",
                        "W-402",
                        "step",
                        instead("time", "civil(seconds)", "civil(seconds + 3600)")),
                script("a record without Z", "W-402", "step", instead("time", " .. 'Z'", "")),
                script(
                        "a record that expires",
                        "W-402",
                        "step",
                        after("write", "for i = 1, #texts, 2 do redis.call('EXPIRE', texts[i], 3600) end")),
                script("no record", "W-402", "step", without("record")),
                script("a payload that is no object stands bare in the record", "W-403", "step", always("object")),
                script(
                        "a payload that nests too deep stands bare in the record",
                        "W-403",
                        "step",
                        instead("object", "is_deep(payload)", "false")),
                script("counts brackets within text", "W-403", "step", without("quoted")),
                script("takes many brackets for many levels", "W-403", "step", always("depth")),
                script("lets one level too many stand", "W-403", "step", instead("depth", "99", "100")),
                script(
                        "bytes beyond ASCII stand in the record",
                        "W-403",
                        "step",
                        instead("ascii", "\\128-\\255", "\\1")),
                script(
                        "a long payload stands whole in the record",
                        "W-403",
                        "step",
                        instead("shown", "sub(payload, 1, 1000)", "payload")),
                script(
                        "the worker gets what the record shows",
                        "W-403",
                        "step",
                        instead("beside", "#payload", "#text"),
                        instead("beside", ".. payload", ".. text")),
                script("dies of a key of another type", "W-404", "step", instead("pop", "pcall", "call")),
                script(
                        "deletes a key of another type",
                        "W-404",
                        "step",
                        after("pop", "if type(taken) == 'table' then redis.call('DEL', queue) end")),
                script(
                        "takes another job beside the held one",
                        "W-405",
                        "step",
                        instead("still", "queues and job ~= ''", "false and queues")),
                script(
                        "counts twice",
                        "W-406",
                        "step",
                        instead("processed", "KEYS[2], processed", "KEYS[2], 2 * processed")),
                script(
                        "does not count for the worker",
                        "W-406",
                        "step",
                        without("incr"),
                        instead("plus_one", "digit + 1", "digit")),
                script("counts nothing", "W-406", "step", never("counts")),
                script("counts no failure", "W-406", "step", without("effect_failed")),
                script("counts no failure of the worker", "W-406", "step", without("effect_own_failed")),
                script("settling leaves the record", "W-406", "step", without("gone")),
                script("settling forgets the failures", "W-407", "step", without("append")),
                script("settling puts failures at the head", "W-407", "step", instead("append", "RPUSH", "LPUSH")),
                script("settling forgets failed_queues", "W-407", "step", without("failed_queues")),
                script(
                        "settles though the failure cannot be written",
                        "W-407",
                        "step",
                        before("wrong_list", "redis.call('DEL', KEYS[k])")),
                script("settling forgets the status", "W-408", "step", without("effect_status")),
                script(
                        "settles whatever is held",
                        "W-409",
                        "step",
                        instead("settles_at_first", "job == ARGV[a + 3]", "ARGV[a + 3] ~= ''"),
                        instead("settles", "job == ARGV[a + 3]", "ARGV[a + 3] ~= ''")),
                script(
                        "settles though nothing is held",
                        "W-409",
                        "step",
                        instead("settles_at_first", "job ~= '' and job == ARGV[a + 3]", "ARGV[a + 3] ~= ''"),
                        instead("settles", "job ~= '' and job == ARGV[a + 3]", "ARGV[a + 3] ~= ''")),
                script(
                        "tells that a job settled before is lost",
                        "W-409",
                        "step",
                        instead("lost", "not job", "not job or ARGV[a + 3] ~= '' and job ~= ARGV[a + 3]")),
                script(
                        "settle-and-reserve made again takes another job",
                        "W-410",
                        "step",
                        instead("still", "= queues", "= ARGV[a + 3] == '' and queues")),
                script("puts back at the tail", "W-411", "put_back", instead("head", "LPUSH", "RPUSH")),
                script("puts back without announcing", "W-411", "put_back", without("announce")),
                script("puts back and keeps the record", "W-411", "put_back", without("record")),
                script(
                        "puts back twice",
                        "W-411",
                        "put_back",
                        instead("held", "string.sub(session, 33, 48) == ARGV[4]", "true")),
                script("unregisters whoever holds a job", "W-412", "unregister", never("holds_a_job")),
                script(
                        "pause must be exact",
                        "W-413",
                        "step",
                        instead("pause", "string.lower(string.match(paused, '^%s*(.-)%s*$'))", "paused")),
                script(
                        "pause must be in lower case",
                        "W-413",
                        "step",
                        instead(
                                "pause",
                                "string.lower(string.match(paused, '^%s*(.-)%s*$'))",
                                "string.match(paused, '^%s*(.-)%s*$')")),
                script(
                        "any text pauses",
                        "W-413",
                        "step",
                        instead("pause", "string.lower(string.match(paused, '^%s*(.-)%s*$')) == 'true'", "true")),
                script(
                        "keeps what a job tells that has no status",
                        "W-717",
                        "write_progress",
                        instead("progress_place", "redis.call('EXISTS', KEYS[1]) == 0 or ", "")),
                script(
                        "writes what a job tells over somebody's list",
                        "W-717",
                        "write_progress",
                        instead("progress_place", " or not_a('string', KEYS[2])", "")),
                script(
                        "keeps what a job tells without its time",
                        "W-717",
                        "write_progress",
                        instead("progress_text", "string.format('%.0f', now())", "'0'")),
                script(
                        "keeps what a job tells for ever",
                        "W-717",
                        "write_progress",
                        instead("progress_expiry", ", 'EX', ARGV[2]", "")),
                script("a full queue gives a job", "W-423", "step", never("full")),
                script(
                        "counts sessions that hold the job no more",
                        "W-423",
                        "step",
                        instead(
                                "slot_counts",
                                "sub(session, 1, 16) .. sub(session, 33, 48) ~= all[2 * i]",
                                "session == nil")),
                script(
                        "counts no session that holds a job",
                        "W-423",
                        "step",
                        instead("slot_counts", "sub(session, 1, 16) .. sub(session, 33, 48) ~= all[2 * i]", "true")),
                script(
                        "a limit is that of another queue",
                        "W-423",
                        "step",
                        instead("limits", "tonumber(which)]", "tonumber(which) + 1]")),
                script(
                        "nobody is known to have a slot",
                        "W-423 W-424",
                        "step",
                        instead("takes_slot", "'HSET', slots", "'HEXISTS', slots"),
                        instead("takes_slot", ", ARGV[a] .. ARGV[a + 1]", "")),
                script(
                        "looks at no queue behind a full one",
                        "W-423 W-809",
                        "step",
                        after("tells_of_full", "if got == nil then queues.queue = queues.count end")),
                script("slots stay for ever", "W-424", "step", without("slots_expire")),
                script("leaves a slot behind", "W-424", "step", without("frees_slot")),
                script("does not tell that a queue is full", "W-808", "step", without("tells_of_full")),
                script("keeps the payload of a held job", "W-422", "rewrite", without("rewrite_payload")),
                script(
                        "gives the payload to another job",
                        "W-422",
                        "rewrite",
                        instead("rewrite_held", "string.sub(session, 33, 48) ~= ARGV[4] or ", "")),
                script(
                        "writes a record that somebody removed",
                        "W-422",
                        "rewrite",
                        before("rewrite_held", "text = text or string.rep(' ', 1000)")),
                script("writes a payload that stands beside", "W-422", "rewrite", never("rewrite_beside")),
                script("another payload that comes late is written", "W-904", "rewrite", without("rewrite_step")),
                script("takes a job of a paused queue", "W-421", "step", never("paused_queue")),
                script("pauses no queue", "W-421", "step", without("paused_queues")),
                script(
                        "ends the pause of a queue with a longer name",
                        "W-421",
                        "pause_queue",
                        instead("paused_name", "ARGV[1] .. '\\n', 1", "ARGV[1], 1")),
                script("pauses a queue twice", "W-421", "pause_queue", never("is_so")),
                script(
                        "ends all pauses with one",
                        "W-421",
                        "pause_queue",
                        instead("names", "string.sub(names, 2, from) .. string.sub(names, to + 1)", "''")),
                script("does not end the last pause", "W-421", "pause_queue", without("none_is_paused")),
                script(
                        "does not tell that a queue is paused",
                        "W-808",
                        "step",
                        instead("tells_of_pause", "queues.passed, few = true, 0", "few = 0")),
                script(
                        "looks at no queue behind a paused one",
                        "W-421 W-807",
                        "step",
                        instead("tells_of_pause", "few = true, 0", "queues.queue, few = true, queues.count, 0")),
                script(
                        "a paused worker does not settle",
                        "W-414",
                        "step",
                        instead("settles", "job ~= ''", "not paused and job ~= ''")),
                script(
                        "a paused worker forgets its job",
                        "W-414",
                        "step",
                        instead("still", "= queues", "= not paused and queues")),
                script(
                        "is lost without its record",
                        "W-415",
                        "step",
                        before(
                                "own_step",
                                "local bare = session and sub(session, 33) ~= '' and redis.call('EXISTS', KEYS[first_key]) == 0"),
                        instead("own_step", "if session", "if session and not bare")),
                script(
                        "is lost without its record, but to settle",
                        "W-417",
                        "step",
                        instead("record_gone", "'record gone'", "{ err = 'ERR nothing was settled' }")),
                script("writes a failure whose record is gone as if it stood", "W-417", "step", never("recorded")),
                script(
                        "asks for the record though it is known to be gone",
                        "W-417",
                        "step",
                        instead("recorded", "to.recorded and ", "")),
                script(
                        "goes on after another took its id",
                        "W-415",
                        "step",
                        instead("own_step", "sub(session, 1, 16) == ARGV[a] and ", "")),
                script(
                        "drops what it should put back without its record",
                        "W-415",
                        "put_back",
                        instead("lost", "not session", "not session or redis.call('EXISTS', KEYS[2]) == 0")),
                script(
                        "puts back after another took its id",
                        "W-415",
                        "put_back",
                        instead("own_session", "string.sub(session, 1, 16) ~= args[1] or ", "")),
                script(
                        "takes without a limit",
                        "W-114",
                        "take",
                        instead("limit", " or answer[1] and bytes + #element > limit", "")),
                script(
                        "gives a payload of any size",
                        "W-416",
                        "step",
                        instead("too_large", "popped_bytes > queues.max", "false")),
                script(
                        "gives what is held, of any size",
                        "W-416",
                        "step",
                        instead("held_too_large", "#still[4] > queues.max", "false")),
                script(
                        "loses what it should set aside",
                        "W-416 W-310",
                        "step",
                        instead("aside", "redis.pcall('HSET', KEYS[6], field, payload)", "0")),
                script(
                        "sets aside, and its record holds the bytes",
                        "W-416",
                        "step",
                        instead(
                                "held_record",
                                "sub(text, 1, still[5] - 1) .. small .. sub(text, #text - still[6] + 1)",
                                "text")),
                script(
                        "tells a wrong size of what it sets aside",
                        "W-416 W-310",
                        "step",
                        instead("size", "#payload", "#payload + 1")),
                script(
                        "puts back what stands in",
                        "W-411",
                        "put_back",
                        instead("payload", "held and held[4] or ARGV[6]", "ARGV[6]")),
                script(
                        "an edit pushes what is not there",
                        "W-310",
                        "edit_failures",
                        instead("kept_aside", "redis.call('HEXISTS', KEYS[3], field) == 1", "true")),
                script("an edit keeps what went back", "W-310", "edit_failures", without("forget_aside")),
                script("looks without a limit", "W-114 W-311", "range", never("limit")),
                script("sees no delayed jobs", "W-552", "heads", never("delayed")),
                script("looks at the last delayed job", "W-552", "heads", instead("earliest", "0, 0", "-1, -1")),
                script(
                        "does not know what it has shown",
                        "W-311",
                        "edit_failures",
                        instead("as_shown", "#record > 16384", "false")),
                // Effects
                script(
                        "settles half of its effects",
                        "W-419",
                        "step",
                        instead("list_type", "not_a('list', list)", "nil")),
                script(
                        "puts back with half of its effects",
                        "W-419",
                        "put_back",
                        instead("types", " or refusal(effects, 9)", "")),
                script(
                        "recovers with half of its effects",
                        "W-419",
                        "recover",
                        instead("check", "refusal(ends, 17) or ", "")),
                script(
                        "recovery puts back with half of its effects",
                        "W-419",
                        "recover",
                        instead("check", "refusal(goes_back, 17 + ends.keys) or ", "")),
                script(
                                "does not look whether it may append a failure",
                                "W-419",
                                "step",
                                instead("list_right", "or not_allowed('RPUSH', list)", ""))
                        .only(Wrong.Rights.ASKED),
                script(
                                "does not look whether it may change a status",
                                "W-419",
                                "step",
                                instead("status_right", "not_allowed('SET', KEYS[k])", "nil"))
                        .only(Wrong.Rights.ASKED),
                script(
                        "frees a job that it has put back behind all that a server can refuse",
                        "W-419",
                        "put_back",
                        without("frees"),
                        instead(
                                "record",
                                "redis.call('DEL', KEYS[2])",
                                "redis.call('DEL', KEYS[2]) redis.call('HSET', KEYS[1], ARGV[3], noted)")),
                script(
                                "recovers without a look at whether it may remove",
                                "W-419",
                                "recover",
                                instead("rights", "not_allowed('SREM', KEYS[3]) or", ""))
                        .only(Wrong.Rights.ASKED),
                script(
                                "counts a death without a look at whether it may",
                                "W-419",
                                "recover",
                                instead("death_rights", "not_allowed('HSET', KEYS[10]) or", ""))
                        .only(Wrong.Rights.ASKED),
                script(
                                "edits without a look at whether it may",
                                "W-305",
                                "edit_failures",
                                instead("rights", "not_allowed('LSET', KEYS[1]) or", ""))
                        .only(Wrong.Rights.ASKED),
                script(
                                "puts back again beside a status that it may not change",
                                "W-419",
                                "put_back",
                                instead("effect_status", "pcall(write_status, ", "write_status("))
                        .only(Wrong.Rights.NOT_ASKED),
                script("puts back without its effects", "W-418", "put_back", without("effects")),
                script("putting back counts nothing", "W-418", "put_back", without("effect_processed")),
                script(
                        "putting back does not count for the worker",
                        "W-418",
                        "put_back",
                        without("effect_own_processed")),
                script(
                        "of two counts of a settle the worker's counter gets one",
                        "W-418",
                        "step",
                        instead("incr", "to.processed", "1")),
                script(
                        "does not settle beside a counter of another type",
                        "W-419",
                        "step",
                        instead("effect_failed", "pcall", "call")),
                script(
                        "does not settle beside a worker's counter of another type",
                        "W-419",
                        "step",
                        instead("effect_own_failed", "pcall", "call")),
                script(
                        "does not settle beside names of lists of another type",
                        "W-419",
                        "step",
                        instead("failed_queues", "pcall", "call")),
                script(
                        "does not put back beside a counter of another type",
                        "W-419",
                        "put_back",
                        instead("effect_processed", "pcall", "call")),
                script(
                        "on a full server the effects of a recovery are lost",
                        "W-911",
                        "recover",
                        without("first_write")),
                script(
                        "a full server forgets the deaths of a job",
                        "W-911",
                        "recover",
                        before("first_write", "if ended then redis.call('HDEL', KEYS[10], ended) end")),
                // Recovery
                script(
                        "reads records of any size",
                        "W-438",
                        "inspect",
                        instead("too_large", "#(record or '') > largest", "false")),
                script(
                        "reads jobs of any size",
                        "W-438",
                        "inspect",
                        instead("too_large", " or held and #held[4] > largest", "")),
                script("recovery loses large jobs", "W-438", "recover", without("set_aside")),
                script(
                        "recovery puts back what stands in",
                        "W-438",
                        "recover",
                        instead("put_back", "payload", "ARGV[10]")),
                script(
                        "recovery takes each record for a job",
                        "W-462",
                        "recover",
                        instead("holds_a_job", " and (ARGV[5] ~= '' or ARGV[8] == '1')", "")),
                script("recovery leaves the copy", "W-464", "recover", without("remove_copy")),
                script("recovery removes any copy", "W-464", "recover", never("copy")),
                script("recovery removes whoever holds more", "W-464", "recover", never("holds_more")),
                script(
                        "recovery leaves the record of one that holds more",
                        "W-464",
                        "recover",
                        without("remove_record")),
                script(
                        "recovery leaves counters",
                        "W-431",
                        "recover",
                        instead("remove_texts", ", KEYS[6], KEYS[7]", "")),
                script("recovery leaves the start", "W-431", "recover", instead("remove_texts", " KEYS[4],", "")),
                script("recovery leaves our key", "W-431", "recover", without("remove_attributes")),
                script("recovery leaves the session", "W-431", "recover", without("remove_session")),
                script("recovery leaves the heartbeat", "W-431", "recover", without("remove_heartbeat")),
                script("recovery leaves the id", "W-431", "recover", without("remove_id")),
                script("recovery forgets the failures", "W-432", "recover", without("append")),
                script("recovery forgets its effects", "W-432", "recover", without("effects")),
                script(
                        "recovery counts",
                        "W-432",
                        "recover",
                        after("outcome", "redis.call('INCR', (string.gsub(KEYS[8], 'queues$', 'stat:failed')))")),
                script("recovery forgets the status", "W-432 W-433", "recover", without("effect_status")),
                script("recovery forgets failed_queues", "W-432", "recover", without("failed_queues")),
                script("recovery puts failures at the head", "W-432", "recover", instead("append", "RPUSH", "LPUSH")),
                script("recovery puts back at the tail", "W-433", "recover", instead("put_back", "LPUSH", "RPUSH")),
                script("recovery puts back without announcing", "W-433", "recover", without("announce")),
                script("recovery puts back without status", "W-433", "recover", without("effects_of_putting_back")),
                script("any number of deaths is allowed", "W-434", "recover", always("deaths_allowed")),
                script("one death too many is allowed", "W-434", "recover", instead("deaths_allowed", "<", "<=")),
                script(
                        "counts the deaths of what goes back",
                        "W-434",
                        "recover",
                        instead("digest", "counted_as ~= '' and counted_as or ", "")),
                script("deaths are never forgotten", "W-434", "recover", without("deaths_expire")),
                script("deaths of a failed job are kept", "W-434", "recover", without("deaths_end")),
                script(
                        "deaths of all jobs are one",
                        "W-434",
                        "recover",
                        instead("digest", "redis.sha1hex(payload)", "'all'")),
                script(
                        "a death is counted though nothing is put back",
                        "W-434",
                        "recover",
                        instead("types", " or not_a('set', KEYS[8])", ""),
                        before("deaths_allowed", "redis.call('HSET', KEYS[10], digest, deaths)")),
                script(
                        "a large job is dropped with its record",
                        "W-411",
                        "put_back",
                        before("still_held", "redis.call('HSET', KEYS[1], ARGV[3], noted)"),
                        instead("still_held", "1", "0")),
                script("sees a record that is gone", "W-438", "inspect", instead("small", "record and small", "small")),
                script(
                        "recovers a worker with a new heartbeat",
                        "W-435",
                        "recover",
                        instead("heartbeat", "or (redis.call('HGET', KEYS[5], id) or '') ~= ARGV[3]", "")),
                script(
                        "recovers a worker with another record",
                        "W-435",
                        "recover",
                        instead("record", "or (held and redis.sha1hex(seen) or '') ~= ARGV[4]", "")),
                script(
                        "recovers a worker that was removed",
                        "W-435",
                        "recover",
                        instead("registered", "tostring(redis.call('SISMEMBER', KEYS[3], id)) ~= ARGV[2]", "false")),
                script(
                        "recovers whatever it was told",
                        "W-435 W-436",
                        "recover",
                        instead("registered", "tostring(redis.call('SISMEMBER', KEYS[3], id)) ~= ARGV[2]", "false"),
                        instead("heartbeat", "or (redis.call('HGET', KEYS[5], id) or '') ~= ARGV[3]", ""),
                        instead("record", "or (held and redis.sha1hex(seen) or '') ~= ARGV[4]", ""),
                        instead("holds_a_job", "(held or kept)", "ARGV[4] ~= ''")),
                script(
                        "forgets a session of which nothing else is left",
                        "W-437",
                        "watch_over",
                        instead(
                                "heartbeat",
                                "redis.call('HSET', KEYS[1], id, civil(now()) .. '+00:00')",
                                "redis.call('HDEL', KEYS[2], id)")),
                script(
                        "a heartbeat for one that has no session",
                        "W-437",
                        "watch_over",
                        instead("silent", "redis.call('HGET', KEYS[2], id) and ", "")),
                script(
                        "a silent one is given a heartbeat again and again",
                        "W-437",
                        "watch_over",
                        instead("silent", " and not redis.call('HGET', KEYS[1], id)", "")),
                script(
                        "recovers nobody who is not in workers",
                        "W-439",
                        "recover",
                        before("registered", "if ARGV[2] == '0' and ARGV[3] == '' then return 0 end")),
                // Registration
                script("registers without a start", "W-501", "register", without("started")),
                script("registers without an id", "W-501", "register", without("id")),
                script("registers without the counters of all", "W-501", "register", without("counter")),
                script("registering sets the counters of all back", "W-501", "register", always("counter_absent")),
                script("registers for ever", "W-501", "register", without("attributes_expire")),
                script(
                        "a first heartbeat in seconds",
                        "W-502",
                        "register",
                        instead("first_heartbeat", "civil(now()) .. '+00:00'", "tostring(now())")),
                script("a first heartbeat with Z", "W-502", "register", instead("first_heartbeat", "+00:00", "Z")),
                script(
                        "a first heartbeat that is slow",
                        "W-502",
                        "register",
                        instead("first_heartbeat", "now()", "now() - 60")),
                script(
                        "registers over a new heartbeat",
                        "W-503",
                        "register",
                        instead("heartbeat", "heartbeat ~= ARGV[3] or ", "")),
                script(
                        "registers over another's registration",
                        "W-503",
                        "register",
                        instead(
                                "registered",
                                "tostring(redis.call('SISMEMBER', KEYS[3], ARGV[1])) ~= ARGV[2]",
                                "false")),
                script(
                        "registers over a held job",
                        "W-503",
                        "register",
                        instead("heartbeat", " or redis.call('EXISTS', KEYS[2]) == 1", "")),
                script(
                        "a heartbeat in seconds",
                        "W-502",
                        "heartbeat",
                        instead("time", "civil(now()) .. '+00:00'", "tostring(now())")),
                script("a heartbeat with Z", "W-502", "heartbeat", instead("time", "+00:00", "Z")),
                script("a heartbeat of the first only", "W-504", "heartbeat", instead("each", "#KEYS", "4")),
                script("a heartbeat does not keep our key", "W-504", "heartbeat", without("attributes_expire")),
                script(
                        "a heartbeat for whoever was recovered",
                        "W-505",
                        "heartbeat",
                        instead("registered", "if session and", "if not session or")),
                script("an id that others removed stays away", "W-505", "heartbeat", without("id")),
                script("a start that others removed stays away", "W-505", "heartbeat", without("started")),
                script("attributes that others removed stay away", "W-505", "heartbeat", never("attributes")),
                script(
                        "whom others removed from workers is lost",
                        "W-505",
                        "heartbeat",
                        instead(
                                "registered",
                                "if session and",
                                "if session and redis.call('SISMEMBER', KEYS[1], id) == 1 and")),
                script(
                        "a heartbeat for the successor",
                        "W-505",
                        "heartbeat",
                        instead("registered", " and string.sub(session, 1, 16) == ARGV[at + 1]", "")),
                script("a lost worker is not reported", "W-505", "heartbeat", without("lost")),
                script(
                        "unregistering leaves the start",
                        "W-506",
                        "unregister",
                        instead("remove_texts", " KEYS[4],", "")),
                script(
                        "unregistering leaves counters",
                        "W-506",
                        "unregister",
                        instead("remove_texts", ", KEYS[6], KEYS[7]", "")),
                script("unregistering leaves the heartbeat", "W-506", "unregister", without("remove_heartbeat")),
                script("unregistering leaves the session", "W-506", "unregister", without("remove_session")),
                script(
                        "unregistering leaves what is left without a session",
                        "W-506",
                        "unregister",
                        instead("not_ours", "redis.call('HGET', KEYS[1], ARGV[3])", "true")),
                script(
                        "unregisters the successor",
                        "W-507",
                        "unregister",
                        instead("own_session", "string.sub(session, 1, 16) ~= args[1] or ", "")),
                script(
                        "unregisters whoever has the id now",
                        "W-507",
                        "unregister",
                        instead("not_ours", "redis.call('HGET', KEYS[1], ARGV[3]) or ", "")),
                script("sessions without a format", "W-511", "register", instead("session", "'format', 1, ", "")),
                script("leaves the format behind", "W-511", "unregister", without("last_session")),
                script(
                        "registers beside a newer format",
                        "W-511",
                        "register",
                        instead("types", " or not_our_format(KEYS[6])", "")),
                script("recovers sessions of a newer format", "W-511", "recover", never("newer_format")),
                script(
                        "begins to recover sessions of a newer format",
                        "W-511",
                        "begin_recovery",
                        never("newer_format")),
                script(
                        "asks for a format that older ones have not",
                        "W-511",
                        "recover",
                        instead("newer_format", "format and ", ""),
                        after("newer_format", "format = format or '0'")),
                script(
                        "does not see the heartbeats of other workers",
                        "W-509",
                        "inspect",
                        instead("seen", "redis.call('HGET', KEYS[2], ARGV[i])", "false")),
                script(
                        "does not see when other workers started",
                        "W-509",
                        "inspect",
                        instead("texts", "text_of(KEYS[at + 3])", "false")),
                script("does not see what is held", "W-509", "inspect", instead("seen", "held or false", "false")),
                script("registers over what is somebody else's", "W-510", "register", always("started_type")),
                script("removes what is somebody else's", "W-510", "unregister", always("removable")),
                script(
                        "a heartbeat lets expire what is somebody else's",
                        "W-510",
                        "heartbeat",
                        always("attributes_type")),
                script("takes a lock that is none", "W-510", "begin_recovery", always("lock")),
                script("a status over what is none", "W-510", "write_status", never("foreign_status")),
                // Status
                script(
                        "a status expires while the job waits",
                        "W-701",
                        "write_status",
                        instead("without_expiry", "text)", "text, 'EX', 3600)")),
                script(
                        "a status without result",
                        "W-701",
                        "write_status",
                        instead("status_text", ",\"result\":' .. result .. '}'", "}'")),
                script(
                        "a status in milliseconds",
                        "W-701",
                        "write_status",
                        instead("updated", "now()", "now() * 1000")),
                script("a status loses its start", "W-702", "write_status", never("keeps_start")),
                script(
                        "a status takes no start of the older record",
                        "W-702",
                        "write_status",
                        instead("old_start", "or string.match(old, '\"updated\":(%d+)') ", "")),
                script("a status never expires", "W-702", "write_status", instead("with_expiry", ", 'EX', expiry", "")),
                script(
                        "a status of a settled job never expires",
                        "W-408",
                        "step",
                        instead("with_expiry", ", 'EX', expiry", "")),
                script(
                        "a status loses its result",
                        "W-702",
                        "write_status",
                        instead("status_text", "' .. result .. '", "null")),
                script("running after the end", "W-705", "write_status", never("after_the_end")),
                script("running after the end in quotes", "W-705", "write_status", instead("old_state", "\"?(", "(")),
                script(
                        "running after a failure",
                        "W-705",
                        "write_status",
                        instead("after_the_end", "was == '3' or ", "")),
                script(
                        "a status for an unknown token",
                        "W-706",
                        "write_status",
                        before("unknown_token", "old = old or ''"),
                        never("unknown_token")),
                script(
                        "waiting keeps the old start",
                        "W-707",
                        "write_status",
                        instead("keeps_start", "state ~= '1'", "old")),
                script(
                        "waiting keeps the old expiry",
                        "W-707",
                        "write_status",
                        instead("without_expiry", "text)", "text, 'KEEPTTL')")),
                script("a late waiting stays", "W-711", "end_again", instead("late", "was == '1' or ", "")),
                script("a late running stays", "W-711", "end_again", instead("late", " or was == '2'", "")),
                script("a late state in quotes stays", "W-711", "end_again", instead("state", "\"?(", "(")),
                script(
                        "an end is written over an end",
                        "W-711",
                        "end_again",
                        instead("late", "was == '1' or was == '2'", "was ~= nil")),
                script(
                        "the end of an earlier job counts",
                        "W-711",
                        "end_again",
                        instead("since", "(tonumber(ARGV[at + 3]) or 0)", "0")),
                script(
                        "no end of the older record counts",
                        "W-711",
                        "end_again",
                        instead("started", " or string.match(old, '\"updated\":(%d+)')", "")),
                script(
                        "an end that is written again never expires",
                        "W-711",
                        "end_again",
                        instead("again", "ARGV[at + 2]", "''")),
                script("ends again what is not there", "W-711", "end_again", instead("absent", "= 0", "= 1")),
                script(
                        "removes a status that has changed",
                        "W-712",
                        "remove_statuses",
                        instead("seen_state", "== ARGV[at]", "~= nil")),
                script(
                        "removes a status that was written anew",
                        "W-712",
                        "remove_statuses",
                        instead("last_change", "== ARGV[at + 1]", "~= nil")),
                script(
                        "removes a status that was started anew",
                        "W-712",
                        "remove_statuses",
                        instead("start", "== ARGV[at + 2]", "~= nil")),
                script("a new status over another", "W-814", "write_status", never("new_status")),
                script("a push with a new status over another", "W-813", "push", never("new_status")),
                script(
                        "a push whose status is not new tells nobody",
                        "W-813",
                        "push",
                        instead("taken", "0", "ARGV[2]")),
                // Faults
                script(
                        "a step that comes twice is done twice",
                        "W-903",
                        "step",
                        instead("own_step", " and sub(session, 17, 32) < ARGV[a + 1]", ""),
                        instead("still", "queues and job ~= ''", "false and queues")),
                script(
                        "a step that comes late is done",
                        "W-904",
                        "step",
                        instead("own_step", " and sub(session, 17, 32) < ARGV[a + 1]", "")),
                script(
                        "a putting back that comes late is done",
                        "W-904",
                        "put_back",
                        instead("own_session", " or args[2] <= string.sub(session, 17, 32)", ""),
                        instead("held", "string.sub(session, 33, 48) == ARGV[4]", "true")),
                script(
                        "a step that comes after the end is done",
                        "W-905",
                        "step",
                        before("own_step", "session = session or ''"),
                        before("own_step", "sessions[i] = session"),
                        instead("own_step", "session and sub(session, 1, 16) == ARGV[a] and ", "")),
                script(
                        "an end that comes late is done",
                        "W-905",
                        "unregister",
                        instead("own_session", "string.sub(session, 1, 16) ~= args[1] or ", ""),
                        instead("own_session", " or args[2] <= string.sub(session, 17, 32)", "")),
                script(
                        "a registration that comes late is done",
                        "W-905",
                        "register",
                        instead(
                                "registered",
                                "tostring(redis.call('SISMEMBER', KEYS[3], ARGV[1])) ~= ARGV[2]",
                                "false"),
                        instead("heartbeat", "heartbeat ~= ARGV[3] or ", "")),
                script(
                        "a full server gives a job",
                        "W-911",
                        "step",
                        instead("first_write", "redis.pcall('HSET', KEYS[5], ids[first], noted)", "0")),
                script(
                        "a repeated settle counts again",
                        "W-902",
                        "step",
                        instead("settles_at_first", "job ~= '' and job == ARGV[a + 3]", "ARGV[a + 3] ~= ''"),
                        instead("settles", "job ~= '' and job == ARGV[a + 3]", "ARGV[a + 3] ~= ''")),
                script(
                        "a repeated putting back pushes again",
                        "W-902",
                        "put_back",
                        instead("held", "string.sub(session, 33, 48) == ARGV[4]", "true")),
                script(
                        "a repeated reserve takes the next job",
                        "W-901",
                        "step",
                        instead("still", "queues and job ~= ''", "false and queues")));
    }
}
