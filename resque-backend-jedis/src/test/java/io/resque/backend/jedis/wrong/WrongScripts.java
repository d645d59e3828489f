package io.resque.backend.jedis.wrong;

import static io.resque.backend.jedis.wrong.Wrong.script;

import java.util.List;

/** Adapters whose scripts are wrong. */
final class WrongScripts {
    private static final String REMOVED = " or redis.call('SISMEMBER', workers, args[3]) == 0";
    private static final String LATE = "\n      or args[2] <= string.sub(session, 17, 32)";
    private static final String TOKEN = "string.sub(session, 1, 16) ~= args[1] or ";
    private static final String STEP_REMOVED = "members[i] == 1 and ";
    private static final String STEP_LATE = " and sub(session, 17, 32) < ARGV[a + 1]";
    private static final String STEP_TOKEN = "sub(session, 1, 16) == ARGV[a] and ";
    private static final String SETTLES = "job ~= '' and job == ARGV[a + 3]";
    private static final String HELD = "local still = queues and job ~= ''";
    private static final String APPEND_FAILURE = "redis.call('RPUSH', KEYS[lists + i], ARGV[records + 2 * i - 2])";
    private static final String NOTE_STEP = "redis.pcall('HSET', KEYS[6], ids[first], noted)";
    private static final String RECORD =
            "      texts[written + 1], texts[written + 2] = record, head .. text .. queues.after\n"
                    + "      written = written + 2\n";
    private static final String PAUSE = "string.lower(string.match(paused, '^%s*(.-)%s*$'))";
    private static final String CHECK_RECOVERY = "if tostring(redis.call('SISMEMBER', KEYS[3], id)) ~= ARGV[2]";
    private static final String CHECK_REGISTRATION =
            "if tostring(redis.call('SISMEMBER', KEYS[3], ARGV[1])) ~= ARGV[2]";

    private WrongScripts() {}

    static List<Wrong> all() {
        return List.of(
                // Queues
                script(
                        "push with status ignores the type of the queue",
                        "W-105",
                        "push",
                        "if wrong then",
                        "if false then"),
                script(
                        "push with status announces last",
                        "W-105",
                        "push",
                        "redis.call('SADD', KEYS[2], ARGV[1])",
                        "",
                        "return payloads",
                        "redis.call('SADD', KEYS[2], ARGV[1])\nreturn payloads"),
                script("takes from the tail", "W-109", "take", "KEYS[1], 0, ARGV[1] - 1", "KEYS[1], -ARGV[1], -1"),
                script(
                        "removing keeps the announcement",
                        "W-110 W-308",
                        "delete_list",
                        "redis.call('SREM', KEYS[2], ARGV[1])",
                        ""),
                script(
                        "leaves something in the places of what it removes",
                        "W-111",
                        "remove_near",
                        "redis.call('LREM', KEYS[1], by_tail and -hits or hits, ARGV[3])",
                        ""),
                script("counts nothing that it removes", "W-111", "remove_near", "answer[i] + 1", "answer[i]"),
                script(
                        "removes what stands in the place of what has moved",
                        "W-111",
                        "remove_near",
                        "ARGV[1] + at - 1, ARGV[3])",
                        "ARGV[1] + math.max(0, at - 2), ARGV[3])"),
                // Failures
                script("a failure at the head", "W-301", "add_failures", "'RPUSH'", "'LPUSH'"),
                script("forgets failed_queues", "W-302", "add_failures", "redis.call('SADD'", "redis.pcall('ECHO'"),
                script("edits without comparing", "W-306", "edit_failures", "is_as_seen(record, ARGV[at + 1])", "true"),
                script("removes Ruby's empty records", "W-304", "edit_failures", "'\\0removed'", "''"),
                script(
                        "an edit's push is not announced",
                        "W-305",
                        "edit_failures",
                        "redis.call('SADD', KEYS[2], ARGV[edit.at + 4])",
                        ""),
                script(
                        "an edit ignores the type of the queue",
                        "W-305",
                        "edit_failures",
                        "if wrong then",
                        "if false then"),
                script("trims the newest", "W-307", "trim", "KEYS[1], surplus, -1", "KEYS[1], 0, -1 - surplus"),
                script("adds failures one by one", "W-309", "add_failures", "if wrong then", "if false then"),
                // Reservations
                script("leaves out a queue of a long list", "W-401", "step", "queue = last + 1", "queue = last + 2"),
                script("reserves from the tail", "W-401", "step", "'LPOP'", "'RPOP'"),
                script(
                        "reserves from the last queue first",
                        "W-401",
                        "step",
                        "queue = 1, ready",
                        "queue = count, ready",
                        "queues.queue <= queues.count",
                        "queues.queue >= 1",
                        "queues.queue = queues.queue + 1",
                        "queues.queue = queues.queue - 1"),
                script("a record without its time", "W-402", "step", " .. time", ""),
                script("a record in another zone", "W-402", "step", "civil(seconds) ..", "civil(seconds + 3600) .."),
                script("a record without Z", "W-402", "step", " .. 'Z'", ""),
                script(
                        "a record that expires",
                        "W-402",
                        "step",
                        "local refused = redis.pcall('MSET', unpack(texts))",
                        "local refused = redis.pcall('MSET', unpack(texts))\n"
                                + "for i = 1, #texts, 2 do redis.call('EXPIRE', texts[i], 3600) end"),
                script("no record", "W-402", "step", RECORD, ""),
                script(
                        "a payload that is no object stands bare in the record",
                        "W-403",
                        "step",
                        "if byte(payload, 1) == 123 and byte(payload, -1) == 125 then",
                        "if true then"),
                script("bytes beyond ASCII stand in the record", "W-403", "step", "'[\\128-\\255]'", "'[\\1]'"),
                script(
                        "a long payload stands whole in the record",
                        "W-403",
                        "step",
                        "text = shown(sub(payload, 1, 1000))",
                        "text = shown(payload)"),
                script(
                        "the worker gets what the record shows",
                        "W-403",
                        "step",
                        "#payload .. ' ' .. KEYS[queues.keys + which] .. payload",
                        "#text .. ' ' .. KEYS[queues.keys + which] .. text"),
                script(
                        "dies of a key of another type",
                        "W-404",
                        "step",
                        "redis.pcall('LPOP', queue)",
                        "redis.call('LPOP', queue)"),
                script(
                        "deletes a key of another type",
                        "W-404",
                        "step",
                        "redis.pcall('LPOP', queue)",
                        "redis.pcall('LPOP', queue)\nif type(taken) == 'table' then redis.call('DEL', queue) end"),
                script(
                        "takes another job beside the held one",
                        "W-405",
                        "step",
                        HELD,
                        "local still = false and queues"),
                script(
                        "counts twice",
                        "W-406",
                        "step",
                        "'INCRBY', KEYS[3], processed",
                        "'INCRBY', KEYS[3], 2 * processed"),
                script(
                        "does not count for the worker",
                        "W-406",
                        "step",
                        "redis.pcall('INCR', KEYS[k + 1])",
                        "local none = 0",
                        "string.char(last + 1)",
                        "string.char(last)"),
                script(
                        "counts nothing",
                        "W-406",
                        "step",
                        "if settles and to.processed and not wrong then",
                        "if false then"),
                script("counts no failure", "W-406", "step", "if to.failed == 1 then", "if false then"),
                script("settling leaves the record", "W-406", "step", "gone[#gone + 1] = record", ""),
                script("settling forgets the failures", "W-407", "step", APPEND_FAILURE, ""),
                script(
                        "settling puts failures at the head",
                        "W-407",
                        "step",
                        APPEND_FAILURE,
                        APPEND_FAILURE.replace("RPUSH", "LPUSH")),
                script(
                        "settling forgets failed_queues",
                        "W-407",
                        "step",
                        "redis.pcall('SADD', KEYS[5], ARGV[records + 2 * i - 1])",
                        ""),
                script(
                        "settles though the failure cannot be written",
                        "W-407",
                        "step",
                        "    if wrong then\n      return wrong",
                        "    if wrong then\n      redis.call('DEL', KEYS[k])\n      return wrong"),
                script("settling forgets the status", "W-408", "step", "if to.status == 1 then", "if false then"),
                script("settles whatever is held", "W-409", "step", SETTLES, "job ~= '' and ARGV[a + 3] ~= ''"),
                script("settles though nothing is held", "W-409", "step", SETTLES, "ARGV[a + 3] ~= ''"),
                script(
                        "tells that a job settled before is lost",
                        "W-409",
                        "step",
                        "elseif not job then",
                        "elseif not job or ARGV[a + 3] ~= '' and job ~= ARGV[a + 3] then"),
                script(
                        "settle-and-reserve made again takes another job",
                        "W-410",
                        "step",
                        HELD,
                        "local still = ARGV[a + 3] == '' and queues and job ~= ''"),
                script("puts back at the tail", "W-411", "put_back", "'LPUSH'", "'RPUSH'"),
                script("puts back without announcing", "W-411", "put_back", "redis.call('SADD', KEYS[5], ARGV[5])", ""),
                script("puts back and keeps the record", "W-411", "put_back", "redis.call('DEL', KEYS[2])", ""),
                script(
                        "puts back twice",
                        "W-411",
                        "put_back",
                        "if string.sub(session, 33, 48) == ARGV[4] then",
                        "if true then"),
                script("unregisters whoever holds a job", "W-412", "unregister", "if job then", "if false then"),
                script("pause must be exact", "W-413", "step", PAUSE, "paused"),
                script("pause must be in lower case", "W-413", "step", PAUSE, "string.match(paused, '^%s*(.-)%s*$')"),
                script("any text pauses", "W-413", "step", "paused and " + PAUSE + " == 'true'", "paused and true"),
                script(
                        "a paused worker does not settle",
                        "W-414",
                        "step",
                        SETTLES + ", nil",
                        "not paused and " + SETTLES + ", nil"),
                script(
                        "a paused worker forgets its job",
                        "W-414",
                        "step",
                        HELD,
                        "local still = not paused and queues and job ~= ''"),
                script("goes on after somebody removed it", "W-415", "step", STEP_REMOVED, ""),
                script("goes on after another took its id", "W-415", "step", STEP_TOKEN, ""),
                script("puts back after somebody removed it", "W-415", "put_back", REMOVED, ""),
                script("puts back after another took its id", "W-415", "put_back", TOKEN, ""),
                script("takes without a limit", "W-114", "take", "bytes < limit and ", ""),
                script("gives a payload of any size", "W-416", "step", "popped_bytes > queues.max", "false"),
                script("gives what is held, of any size", "W-416", "step", "still and #still[4] > queues.max", "false"),
                script(
                        "loses what it should set aside",
                        "W-416 W-310",
                        "step",
                        "redis.pcall('HSET', KEYS[7], field, payload)",
                        "0"),
                script(
                        "sets aside, and its record holds the bytes",
                        "W-416",
                        "step",
                        "sub(text, 1, still[5] - 1) .. small .. sub(text, #text - still[6] + 1)",
                        "text"),
                script(
                        "tells a wrong size of what it sets aside",
                        "W-416 W-310",
                        "step",
                        "\"size\":' .. #payload ..",
                        "\"size\":' .. #payload + 1 .."),
                script("puts back what stands in", "W-411", "put_back", "held and held[4] or ARGV[6]", "ARGV[6]"),
                script(
                        "an edit pushes what is not there",
                        "W-310",
                        "edit_failures",
                        "redis.call('HEXISTS', KEYS[3], field) == 1",
                        "true"),
                script(
                        "an edit keeps what went back",
                        "W-310",
                        "edit_failures",
                        "redis.pcall('HDEL', KEYS[3], edit.field)",
                        ""),
                script("looks without a limit", "W-114 W-311", "range", "if bytes > limit then", "if false then"),
                script(
                        "does not know what it has shown",
                        "W-311",
                        "edit_failures",
                        "or #record > 16384 and",
                        "or false and"),
                // Recovery
                script("reads records of any size", "W-438", "inspect", "#(record or '') > largest", "false"),
                script("reads jobs of any size", "W-438", "inspect", "or held and #held[4] > largest", ""),
                script(
                        "recovery loses large jobs",
                        "W-438",
                        "recover",
                        "redis.call('HSET', KEYS[14], name, payload)",
                        ""),
                script(
                        "recovery puts back what stands in",
                        "W-438",
                        "recover",
                        "redis.call('LPUSH', KEYS[9], payload)",
                        "redis.call('LPUSH', KEYS[9], ARGV[10])"),
                script("recovery leaves counters", "W-431", "recover", ", KEYS[6], KEYS[7])", ")"),
                script(
                        "recovery leaves the start",
                        "W-431",
                        "recover",
                        "KEYS[2], KEYS[4], KEYS[6]",
                        "KEYS[2], KEYS[6]"),
                script("recovery leaves our key", "W-431", "recover", "remove('hash', KEYS[1])", ""),
                script("recovery leaves the session", "W-431", "recover", "redis.call('HDEL', KEYS[13], id)", ""),
                script("recovery leaves the heartbeat", "W-431", "recover", "redis.call('HDEL', KEYS[5], id)", ""),
                script("recovery leaves the id", "W-431", "recover", "redis.call('SREM', KEYS[3], id)", ""),
                script(
                        "recovery forgets the failures",
                        "W-432",
                        "recover",
                        "  for i = 1, failures do\n      redis",
                        "  for i = 1, 0 do\n      redis"),
                script(
                        "recovery counts",
                        "W-432",
                        "recover",
                        "outcome = 2\n  if ARGV",
                        "outcome = 2\n  redis.call('INCR', (string.gsub(KEYS[8], 'queues$', 'stat:failed')))\n  if ARGV"),
                script("recovery forgets the status", "W-432", "recover", "if ARGV[5] ~= '' then", "if false then"),
                script(
                        "recovery forgets failed_queues",
                        "W-432",
                        "recover",
                        "redis.pcall('SADD', KEYS[11], ARGV[14 + 2 * i])",
                        ""),
                script("recovery puts failures at the head", "W-432", "recover", "'RPUSH'", "'LPUSH'"),
                script("recovery puts back at the tail", "W-433", "recover", "'LPUSH'", "'RPUSH'"),
                script(
                        "recovery puts back without announcing",
                        "W-433",
                        "recover",
                        "redis.call('SADD', KEYS[8], ARGV[9])",
                        ""),
                script(
                        "recovery puts back without status",
                        "W-433",
                        "recover",
                        "if ARGV[11] ~= '' then",
                        "if false then"),
                script("any number of deaths is allowed", "W-434", "recover", "deaths < tonumber(ARGV[12])", "true"),
                script(
                        "one death too many is allowed",
                        "W-434",
                        "recover",
                        "deaths < tonumber(ARGV[12])",
                        "deaths <= tonumber(ARGV[12])"),
                script(
                        "deaths are never forgotten",
                        "W-434",
                        "recover",
                        "redis.call('EXPIRE', KEYS[10], ARGV[13])",
                        ""),
                script(
                        "deaths of a failed job are kept",
                        "W-434",
                        "recover",
                        "redis.call('HDEL', KEYS[10], redis.sha1hex(payload))",
                        ""),
                script("deaths of all jobs are one", "W-434", "recover", "redis.sha1hex(payload), 1", "'all', 1"),
                script(
                        "recovers a worker with a new heartbeat",
                        "W-435",
                        "recover",
                        "or (redis.call('HGET', KEYS[5], id) or '') ~= ARGV[3]",
                        ""),
                script(
                        "recovers a worker with another record",
                        "W-435",
                        "recover",
                        "or (held and redis.sha1hex(seen) or '') ~= ARGV[4]",
                        ""),
                script("recovers a worker that was removed", "W-435", "recover", CHECK_RECOVERY, "if false"),
                script(
                        "recovers whatever it was told",
                        "W-435 W-436",
                        "recover",
                        CHECK_RECOVERY,
                        "if false",
                        "or (redis.call('HGET', KEYS[5], id) or '') ~= ARGV[3]",
                        "",
                        "or (held and redis.sha1hex(seen) or '') ~= ARGV[4]",
                        "",
                        "if held then",
                        "if ARGV[4] ~= '' then"),
                script("remembers who was pruned", "W-437", "begin_recovery", "redis.call('HDEL', KEYS[4], id)", ""),
                script("forgets all sessions", "W-437", "begin_recovery", "if not known[id] then", "if true then"),
                // Registration
                script("registers without a start", "W-501", "register", "redis.call('MSET', KEYS[4], ARGV[6])", ""),
                script("registers without an id", "W-501", "register", "redis.call('SADD', KEYS[3], ARGV[1])", ""),
                script("registers for ever", "W-501", "register", "redis.call('EXPIRE', KEYS[1], ARGV[7])", ""),
                script(
                        "a first heartbeat in seconds",
                        "W-502",
                        "register",
                        "civil(now()) .. '+00:00'",
                        "tostring(now())"),
                script("a first heartbeat with Z", "W-502", "register", "'+00:00'", "'Z'"),
                script("a first heartbeat that is slow", "W-502", "register", "civil(now())", "civil(now() - 60)"),
                script("registers over a new heartbeat", "W-503", "register", "heartbeat ~= ARGV[3] or ", ""),
                script(
                        "registers over another's registration",
                        "W-503",
                        "register",
                        CHECK_REGISTRATION + "\n    or ",
                        "if "),
                script("registers over a held job", "W-503", "register", " or redis.call('EXISTS', KEYS[2]) == 1", ""),
                script(
                        "a heartbeat in seconds",
                        "W-502 W-504",
                        "heartbeat",
                        "civil(now()) .. '+00:00'",
                        "tostring(now())"),
                script("a heartbeat with Z", "W-502 W-504", "heartbeat", "'+00:00'", "'Z'"),
                script("a heartbeat of the first only", "W-504", "heartbeat", "for i = 4, #KEYS do", "for i = 4, 4 do"),
                script(
                        "a heartbeat does not keep our key",
                        "W-504",
                        "heartbeat",
                        "redis.call('EXPIRE', KEYS[i], ARGV[1])",
                        ""),
                script(
                        "a heartbeat for whoever was removed",
                        "W-505",
                        "heartbeat",
                        " and redis.call('SISMEMBER', KEYS[1], id) == 1",
                        ""),
                script(
                        "a heartbeat for the successor",
                        "W-505",
                        "heartbeat",
                        "string.sub(session, 1, 16) == token and ",
                        ""),
                script("a lost worker is not reported", "W-505", "heartbeat", "lost[#lost + 1] = i - 4", ""),
                script(
                        "unregistering leaves the start",
                        "W-506",
                        "unregister",
                        "KEYS[2], KEYS[4], KEYS[6]",
                        "KEYS[2], KEYS[6]"),
                script("unregistering leaves counters", "W-506", "unregister", ", KEYS[6], KEYS[7])", ")"),
                script(
                        "unregistering leaves the heartbeat",
                        "W-506",
                        "unregister",
                        "redis.call('HDEL', KEYS[5], ARGV[3])",
                        ""),
                script(
                        "unregistering leaves the session",
                        "W-506",
                        "unregister",
                        "redis.call('HDEL', KEYS[1], ARGV[3])",
                        ""),
                script("unregisters the successor", "W-507", "unregister", TOKEN, ""),
                script(
                        "does not see heartbeats of others",
                        "W-509",
                        "inspect",
                        "redis.call('HGET', KEYS[2], ARGV[i])",
                        "false"),
                script("does not see starts of others", "W-509", "inspect", "text_of(KEYS[at + 3])", "false"),
                script(
                        "does not see what is held",
                        "W-509",
                        "inspect",
                        "held or false, attributes.err",
                        "false, attributes.err"),
                script(
                        "registers over what is somebody else's",
                        "W-510",
                        "register",
                        "if not not_a('string', KEYS[4]) then",
                        "if true then"),
                script(
                        "removes what is somebody else's",
                        "W-510",
                        "unregister",
                        "if redis.call('TYPE', key).ok == kind then",
                        "if true then"),
                script(
                        "a heartbeat lets expire what is somebody else's",
                        "W-510",
                        "heartbeat",
                        "if not not_a('hash', KEYS[i]) then",
                        "if true then"),
                script(
                        "takes a lock that is none",
                        "W-510",
                        "begin_recovery",
                        "if not not_a('string', KEYS[1]) then",
                        "if true then"),
                script(
                        "a status over what is none",
                        "W-510",
                        "write_status",
                        "string.find(old.err, 'WRONGTYPE', 1, true)",
                        "false"),
                // Status
                script(
                        "a status expires while the job waits",
                        "W-701",
                        "write_status",
                        "redis.call('SET', key, text)",
                        "redis.call('SET', key, text, 'EX', 3600)"),
                script("a status without result", "W-701", "write_status", ",\"result\":' .. result .. '}'", "}'"),
                script(
                        "a status in milliseconds",
                        "W-701",
                        "write_status",
                        "string.format('%.0f', now())",
                        "string.format('%.0f', now() * 1000)"),
                script(
                        "a status loses its start",
                        "W-702",
                        "write_status",
                        "if state ~= '1' then\n    started",
                        "if false then\n    started"),
                script(
                        "a status takes no start of the older record",
                        "W-702",
                        "write_status",
                        "or string.match(old, '\"updated\":(%d+)') ",
                        ""),
                script(
                        "a status never expires",
                        "W-702",
                        "write_status",
                        "redis.call('SET', key, text, 'EX', expiry)",
                        "redis.call('SET', key, text)"),
                script(
                        "a status of a settled job never expires",
                        "W-408",
                        "step",
                        "redis.call('SET', key, text, 'EX', expiry)",
                        "redis.call('SET', key, text)"),
                script("a status loses its result", "W-702", "write_status", "' .. result .. '", "null"),
                script("running after the end", "W-705", "write_status", "state == '2' and", "false and"),
                script(
                        "running after the end in quotes",
                        "W-705",
                        "write_status",
                        "'\"status\":\"?(%d+)'",
                        "'\"status\":(%d+)'"),
                script("running after a failure", "W-705", "write_status", "was == '3' or ", ""),
                script(
                        "a status for an unknown token",
                        "W-706",
                        "write_status",
                        "if not old then\n      return 0\n    end",
                        "old = old or ''"),
                script(
                        "waiting keeps the old start",
                        "W-707",
                        "write_status",
                        "if state ~= '1' then\n    started",
                        "if old then\n    started"),
                script(
                        "waiting keeps the old expiry",
                        "W-707",
                        "write_status",
                        "redis.call('SET', key, text)",
                        "redis.call('SET', key, text, 'KEEPTTL')"),
                // Faults
                script(
                        "a step that comes twice is done twice",
                        "W-903",
                        "step",
                        STEP_LATE,
                        "",
                        HELD,
                        "local still = false and queues"),
                script("a step that comes late is done", "W-904", "step", STEP_LATE, ""),
                script(
                        "a putting back that comes late is done",
                        "W-904",
                        "put_back",
                        LATE,
                        "",
                        "if string.sub(session, 33, 48) == ARGV[4] then",
                        "if true then"),
                script(
                        "a step that comes after the end is done",
                        "W-905",
                        "step",
                        "if session and " + STEP_REMOVED + STEP_TOKEN,
                        "session = session or ''\nsessions[i] = session\nif "),
                script("an end that comes late is done", "W-905", "unregister", TOKEN, "", LATE, ""),
                script(
                        "a registration that comes late is done",
                        "W-905",
                        "register",
                        CHECK_REGISTRATION + "\n    or heartbeat ~= ARGV[3]",
                        "if false"),
                script("a full server gives a job", "W-911", "step", NOTE_STEP, "0"),
                script("a repeated settle counts again", "W-902", "step", SETTLES, "ARGV[a + 3] ~= ''"),
                script(
                        "a repeated putting back pushes again",
                        "W-902",
                        "put_back",
                        "if string.sub(session, 33, 48) == ARGV[4] then",
                        "if true then"),
                script(
                        "a repeated reserve takes the next job",
                        "W-901",
                        "step",
                        HELD,
                        "local still = false and queues"));
    }
}
