-- with clock.lua types.lua status.lua
-- Appends payloads and writes the statuses that belong to them, all or nothing.
-- KEYS: queue, queues, then the statuses
-- ARGV: name of the queue, number of payloads, 1 if no status may be there yet or 0, the payloads, then for each status:
--       state, result, expiry or ''
-- Answers the number of payloads, or 0 if a status is there that may not.
local wrong = not_a('list', KEYS[1])
if wrong then --@type
  return wrong
end
if ARGV[3] == '1' and redis.call('EXISTS', unpack(KEYS, 3)) > 0 then --@new_status
  return 0 --@taken
end
-- An error here leaves nothing behind.
redis.call('SADD', KEYS[2], ARGV[1]) --@announce
local payloads = tonumber(ARGV[2])
for i = 4, payloads + 3 do
  redis.call('RPUSH', KEYS[1], ARGV[i])
end
for i = 3, #KEYS do
  local at = payloads + 3 * (i - 2) + 1
  write_status(KEYS[i], ARGV[at], ARGV[at + 1], ARGV[at + 2])
end
return payloads --@done
