-- with types.lua
-- Removes the oldest elements and tells how many. KEYS: list; ARGV: how many may stay
if not_a('list', KEYS[1]) then
  return 0
end
local surplus = redis.call('LLEN', KEYS[1]) - ARGV[1]
if surplus <= 0 then
  return 0
end
redis.call('LTRIM', KEYS[1], surplus, -1) --@oldest
return surplus
