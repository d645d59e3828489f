-- with clock.lua types.lua stand_in.lua records.lua
-- Registers a worker, if nothing has changed since it was inspected and no job is held under its id.
-- KEYS: attributes, record, workers, started, workers:heartbeat, sessions, stat:processed, stat:failed
-- ARGV: worker id, registered 0|1, expected heartbeat or '', token, step, started, seconds the attributes may live,
--       then attributes: name, value
-- Answers 1 done, 0 changed.
local wrong = not_a('set', KEYS[3]) or not_a('hash', KEYS[5]) or not_a('hash', KEYS[6]) or not_our_format(KEYS[6]) --@types
if wrong then
  return wrong
end
local heartbeat = redis.call('HGET', KEYS[5], ARGV[1]) or ''
if tostring(redis.call('SISMEMBER', KEYS[3], ARGV[1])) ~= ARGV[2] --@registered
    or heartbeat ~= ARGV[3] or redis.call('EXISTS', KEYS[2]) == 1 then --@heartbeat
  return 0
end
-- MSET, since each step needs it: a user without the right to MSET gets the error here, at the start. A key of another type
-- is not ours, and is left alone.
if not not_a('string', KEYS[4]) then --@started_type
  redis.call('MSET', KEYS[4], ARGV[6]) --@started
end
redis.call('HSET', KEYS[6], 'format', 1, ARGV[1], ARGV[4] .. ARGV[5]) --@session
-- A widely used exporter of metrics shows nothing until both counters exist.
for i = 7, 8 do
  if redis.call('EXISTS', KEYS[i]) == 0 then --@counter_absent
    redis.call('MSET', KEYS[i], '0') --@counter
  end
end
if not not_a('hash', KEYS[1]) then
  redis.call('DEL', KEYS[1])
  for i = 8, #ARGV, 2 do
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
  redis.call('EXPIRE', KEYS[1], ARGV[7]) --@attributes_expire
end
redis.call('HSET', KEYS[5], ARGV[1], civil(now()) .. '+00:00') --@first_heartbeat
redis.call('SADD', KEYS[3], ARGV[1]) --@id
return 1
