-- with clock.lua types.lua
-- Writes a heartbeat with the present time for each session without one, whose heartbeat another program has removed. If the
-- worker lives, it renews the heartbeat; if not, a recovery finds the worker when the heartbeat is old.
-- KEYS: workers:heartbeat, sessions; ARGV: worker ids
local wrong = not_a('hash', KEYS[1]) or not_a('hash', KEYS[2])
if wrong then
  return wrong
end
for _, id in ipairs(ARGV) do
  if redis.call('HGET', KEYS[2], id) and not redis.call('HGET', KEYS[1], id) then --@silent
    redis.call('HSET', KEYS[1], id, civil(now()) .. '+00:00') --@heartbeat
  end
end
return 1
