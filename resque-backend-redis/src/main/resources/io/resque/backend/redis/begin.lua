-- with clock.lua sessions.lua rights.lua claims.lua
-- Begins a held job that has locks, if it can have them all.
-- KEYS: sessions
-- ARGV: token, step, worker id, number of the job, namespace, claim, seconds that a lock of a run stands at least, 1 if the payload
--       names no locks or 0
-- Answers -1 lost, 0 refused, 1 begun.
local session = own_session(KEYS[1], ARGV)
local before, rest = string.match(session or '', '^(%d+ %d+ %d+@?%d*)%S*( .*)$', 49) --@begin_held_turn
if not before or string.sub(session, 33, 48) ~= ARGV[4] then --@begin_held
  return -1
end
local locks = locks_in(ARGV[5])
local wrong = locks.forbidden(ARGV[6])
if wrong then
  return wrong
end
if not locks.can_begin(ARGV[6], ARGV[3]) then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[1] .. ARGV[2] .. ARGV[4] .. before .. ',' .. ARGV[7] .. ';' .. ARGV[6] .. rest) --@begin_note
locks.begin(ARGV[6], ARGV[3], tonumber(ARGV[7]), ARGV[8] == '1')
return 1
