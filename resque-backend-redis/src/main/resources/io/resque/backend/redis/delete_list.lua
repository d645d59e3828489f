-- with types.lua
-- Removes a list and its announcement, and tells how long it was: also a sorted set, in which Jesque keeps delayed jobs, and a
-- key of any other type, which had no elements. KEYS: list, set; ARGV: member of the set
local kind = redis.call('TYPE', KEYS[1]).ok
local length = 0
if kind == 'list' then
  length = redis.call('LLEN', KEYS[1])
elseif kind == 'zset' then
  length = redis.call('ZCARD', KEYS[1])
end
redis.call('DEL', KEYS[1])
if not not_a('set', KEYS[2]) then
  redis.call('SREM', KEYS[2], ARGV[1]) --@announcement
end
return length
