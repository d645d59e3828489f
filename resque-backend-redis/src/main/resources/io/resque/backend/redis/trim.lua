-- Removes the oldest elements and tells how many. KEYS: list; ARGV: how many may stay
local surplus = redis.call('LLEN', KEYS[1]) - ARGV[1]
if surplus <= 0 then
  return 0
end
redis.call('LTRIM', KEYS[1], surplus, -1)
return surplus
