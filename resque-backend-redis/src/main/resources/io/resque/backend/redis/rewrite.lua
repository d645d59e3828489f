-- with types.lua sessions.lua
-- Gives the job that a session holds another payload.
-- KEYS: sessions, record; ARGV: token, step, worker id, number of the job, payload
-- Answers 1 done, 0 not held, -1 lost.
local session = own_session(KEYS[1], ARGV)
if not session then
  return -1
end
local text = text_of(KEYS[2])
local from, tail = string.match(session, '^%d+ (%d+) (%d+)', 49)
if string.sub(session, 33, 48) ~= ARGV[4] or not text or not from then --@rewrite_held
  return 0
end
if from == '0' then --@rewrite_beside
  return redis.error_reply('ERR the payload stands beside the record ' .. KEYS[2] .. ', since it is no JSON object or nests'
    .. ' too deep, so it can have no checkpoint; nothing was written')
end
-- The first write: a server that is full or read-only refuses here.
redis.call('HSET', KEYS[1], ARGV[3], ARGV[1] .. ARGV[2] .. string.sub(session, 33)) --@rewrite_step
redis.call('MSET', KEYS[2], string.sub(text, 1, from - 1) .. ARGV[5] .. string.sub(text, #text - tail + 1)) --@rewrite_payload
return 1
