-- with clock.lua types.lua
-- Says that a scheduler is there.
-- KEYS: java:schedulers; ARGV: its name, for how many seconds it counts
-- Answers how many there are. The key expires with the last of them.
local wrong = not_a('zset', KEYS[1])
if wrong then
  return wrong
end
local time = now()
redis.call('ZADD', KEYS[1], time + ARGV[2], ARGV[1]) --@add
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time) --@expired
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
redis.call('EXPIREAT', KEYS[1], last[2]) --@expire
return redis.call('ZCARD', KEYS[1])
