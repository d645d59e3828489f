package io.resque.backend.jedis.wrong;

import static io.resque.backend.jedis.wrong.Wrong.script;

import java.util.List;

/** Adapters whose scripts are wrong. */
final class WrongScripts {
    private static final String REMOVED = "redis.call('SISMEMBER', KEYS[3], ARGV[3]) == 0 or ";
    private static final String LATE = " or tonumber(ARGV[2]) <= tonumber(state[2])";
    private static final String TOKEN = "state[1] ~= ARGV[1] or ";
    private static final String STEP_REMOVED = "member == 0 or ";
    private static final String STEP_LATE = " or tonumber(ARGV[a + 1]) <= tonumber(state[2])";
    private static final String STEP_TOKEN = "state[1] ~= ARGV[a] or ";
    private static final String SETTLES = "local settles = ARGV[a + 4] ~= '' and held == ARGV[a + 4]";
    private static final String HELD = "if queues and held then\n";
    private static final String APPEND_FAILURE = "redis.call('RPUSH', KEYS[k + 4 + i], ARGV[a + 9 + 2 * i])";
    private static final String NOTE_STEP = "redis.call('HSET', session, 'step', ARGV[a + 1])\n";
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
                script(
                        "edits without comparing",
                        "W-306",
                        "edit_failures",
                        "redis.sha1hex(record) == ARGV[at + 1]",
                        "true"),
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
                script("reserves from the tail", "W-401", "step", "'LPOP'", "'RPOP'"),
                script(
                        "reserves from the last queue first",
                        "W-401",
                        "step",
                        "for i = 1, queues.count do",
                        "for i = queues.count, 1, -1 do"),
                script("a record without its time", "W-402", "step", " .. time", ""),
                script("a record in another zone", "W-402", "step", "civil(seconds) ..", "civil(seconds + 3600) .."),
                script("a record without Z", "W-402", "step", " .. 'Z'", ""),
                script(
                        "a record that expires",
                        "W-402",
                        "step",
                        "head .. payload .. queues.after)",
                        "head .. payload .. queues.after, 'EX', 3600)"),
                script("no record", "W-402", "step", "redis.call('SET', record, head .. payload .. queues.after)", ""),
                script(
                        "a payload that is no object stands bare in the record",
                        "W-403",
                        "step",
                        "if string.byte(payload, 1) == 123 and string.byte(payload, -1) == 125 then",
                        "if true then"),
                script("bytes beyond ASCII stand in the record", "W-403", "step", "'[\\128-\\255]'", "'[\\1]'"),
                script(
                        "a long payload stands whole in the record",
                        "W-403",
                        "step",
                        "string.sub(payload, 1, 1000)",
                        "payload"),
                script(
                        "the worker gets what the record shows",
                        "W-403",
                        "step",
                        "'apart', payload)",
                        "'apart', shown)"),
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
                        "redis.pcall('LPOP', queue)\nif type(payload) == 'table' then redis.call('DEL', queue) end"),
                script("takes another job beside the held one", "W-405", "step", HELD, "if false then\n"),
                script(
                        "counts twice",
                        "W-406",
                        "step",
                        "'INCRBY', KEYS[3], processed",
                        "'INCRBY', KEYS[3], 2 * processed"),
                script("does not count for the worker", "W-406", "step", "redis.pcall('INCR', key)", "0"),
                script("counts nothing", "W-406", "step", "if ARGV[a + 5] == '1' then", "if false then"),
                script("counts no failure", "W-406", "step", "if ARGV[a + 6] == '1' then", "if false then"),
                script(
                        "settling leaves the record",
                        "W-406",
                        "step",
                        "if old then\n      forget_job(session, record)",
                        "if old then\n      redis.call('HDEL', session, 'held')"),
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
                        "redis.pcall('SADD', KEYS[5], ARGV[a + 10 + 2 * i])",
                        ""),
                script(
                        "settles though the failure cannot be written",
                        "W-407",
                        "step",
                        "    if wrong then\n      return wrong",
                        "    if wrong then\n      forget_job(KEYS[k], KEYS[k + 1])\n      return wrong"),
                script("settling forgets the status", "W-408", "step", "if ARGV[a + 7] ~= '' then", "if false then"),
                script("settles whatever is held", "W-409", "step", "held == ARGV[a + 4]", "held"),
                script("settles though nothing is held", "W-409", "step", " and held == ARGV[a + 4]", ""),
                script(
                        "tells that a job settled before is lost",
                        "W-409",
                        "step",
                        SETTLES,
                        "if ARGV[a + 4] ~= '' and held ~= ARGV[a + 4] then return { -1 } end\nlocal settles = ARGV[a + 4] ~= ''"),
                script(
                        "settle-and-reserve made again takes another job",
                        "W-410",
                        "step",
                        HELD,
                        "if queues and held and ARGV[a + 4] == '' then\n"),
                script("puts back at the tail", "W-411", "put_back", "'LPUSH'", "'RPUSH'"),
                script("puts back without announcing", "W-411", "put_back", "redis.call('SADD', KEYS[5], ARGV[6])", ""),
                script(
                        "puts back and keeps the record",
                        "W-411",
                        "put_back",
                        "forget_job(KEYS[1], KEYS[2])",
                        "redis.call('HDEL', KEYS[1], 'held')"),
                script("puts back twice", "W-411", "put_back", "if state[3] == ARGV[4] then", "if true then"),
                script("unregisters whoever holds a job", "W-412", "unregister", "if job then", "if false then"),
                script(
                        "pause must be exact",
                        "W-413",
                        "step",
                        "string.lower(string.match(pause, '^%s*(.-)%s*$'))",
                        "pause"),
                script(
                        "pause must be in lower case",
                        "W-413",
                        "step",
                        "string.lower(string.match(pause, '^%s*(.-)%s*$'))",
                        "string.match(pause, '^%s*(.-)%s*$')"),
                script(
                        "any text pauses",
                        "W-413",
                        "step",
                        "type(pause) == 'string' and string.lower(string.match(pause, '^%s*(.-)%s*$')) == 'true'",
                        "type(pause) == 'string'"),
                script(
                        "a paused worker does not settle",
                        "W-414",
                        "step",
                        "local old = false\n",
                        "local old = false\nif redis.call('GET', KEYS[2]) == 'true' then return { 2 } end\n"),
                script(
                        "a paused worker forgets its job",
                        "W-414",
                        "step",
                        HELD,
                        "if queues and held and not redis.call('GET', KEYS[2]) then\n"),
                script("goes on after somebody removed it", "W-415", "step", STEP_REMOVED, ""),
                script("goes on after another took its id", "W-415", "step", STEP_TOKEN, ""),
                script("puts back after somebody removed it", "W-415", "put_back", REMOVED, ""),
                script("puts back after another took its id", "W-415", "put_back", TOKEN, ""),
                // Recovery
                script("recovery leaves counters", "W-431", "recover", ", KEYS[6], KEYS[7])", ")"),
                script(
                        "recovery leaves the start",
                        "W-431",
                        "recover",
                        "KEYS[2], KEYS[4], KEYS[6]",
                        "KEYS[2], KEYS[6]"),
                script(
                        "recovery leaves our key",
                        "W-431",
                        "recover",
                        "redis.call('DEL', KEYS[1], ",
                        "redis.call('DEL', "),
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
                        "redis.pcall('SADD', KEYS[11], ARGV[13 + 2 * i])",
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
                        "redis.call('HDEL', KEYS[10], redis.sha1hex(ARGV[10]))",
                        ""),
                script("deaths of all jobs are one", "W-434", "recover", "redis.sha1hex(ARGV[10])", "'all'"),
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
                        "or (held and redis.sha1hex(held) or '') ~= ARGV[4]",
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
                        "or (held and redis.sha1hex(held) or '') ~= ARGV[4]",
                        "",
                        "if held then",
                        "if ARGV[4] ~= '' then"),
                // Registration
                script("registers without a start", "W-501", "register", "redis.call('SET', KEYS[4], ARGV[5])", ""),
                script("registers without an id", "W-501", "register", "redis.call('SADD', KEYS[3], ARGV[1])", ""),
                script("registers for ever", "W-501", "register", "redis.call('EXPIRE', KEYS[1], ARGV[6])", ""),
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
                script("a heartbeat of the first only", "W-504", "heartbeat", "for i = 3, #KEYS do", "for i = 3, 3 do"),
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
                        "redis.pcall('HGET', KEYS[i], 'token') == token and ",
                        ""),
                script("a lost worker is not reported", "W-505", "heartbeat", "lost[#lost + 1] = i - 3", ""),
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
                script("unregisters the successor", "W-507", "unregister", TOKEN, ""),
                script(
                        "does not see heartbeats of others",
                        "W-509",
                        "inspect",
                        "redis.call('HGET', KEYS[2], ARGV[i])",
                        "false"),
                script("does not see starts of others", "W-509", "inspect", "text(KEYS[3 * i + 2])", "false"),
                script("does not see what is held", "W-509", "inspect", "held_job(session, record) or false", "false"),
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
                        "if false then\n"),
                script("a step that comes late is done", "W-904", "step", STEP_LATE, ""),
                script(
                        "a putting back that comes late is done",
                        "W-904",
                        "put_back",
                        LATE,
                        "",
                        "if state[3] == ARGV[4] then",
                        "if true then"),
                script(
                        "a step that comes after the end is done",
                        "W-905",
                        "step",
                        STEP_TOKEN + STEP_REMOVED,
                        "state[2] and "),
                script("an end that comes late is done", "W-905", "unregister", TOKEN, "", LATE, ""),
                script(
                        "a registration that comes late is done",
                        "W-905",
                        "register",
                        CHECK_REGISTRATION + "\n    or heartbeat ~= ARGV[3]",
                        "if false"),
                script(
                        "a full server gives a job",
                        "W-911",
                        "step",
                        NOTE_STEP,
                        "",
                        "next = is_paused() and { 2 } or reserve(queues, session, record, ARGV[a + 1])",
                        "next = is_paused() and { 2 } or reserve(queues, session, record, ARGV[a + 1])\n" + NOTE_STEP),
                script("a repeated settle counts again", "W-902", "step", SETTLES, "local settles = ARGV[a + 4] ~= ''"),
                script(
                        "a repeated putting back pushes again",
                        "W-902",
                        "put_back",
                        "if state[3] == ARGV[4] then",
                        "if true then"),
                script("a repeated reserve takes the next job", "W-901", "step", HELD, "if false then\n"));
    }
}
