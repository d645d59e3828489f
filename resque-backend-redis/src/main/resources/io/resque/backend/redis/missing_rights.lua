-- with rights.lua
-- Tries the commands that a scheduler needs, in forms that change nothing where the key is absent.
-- KEYS: a key that nobody has
-- Answers the names of those that are refused. Before Redis 7, RPUSH, SADD and HSET cannot be tried: they have no form that changes nothing.
local missing = {}
local function try(name, ...)
  local answer = redis.pcall(name, KEYS[1], ...)
  local why = type(answer) == 'table' and answer.err or '' -- in the words of Redis 7, and of those before
  if string.find(why, 'ermission', 1, true) or string.find(why, "can't run", 1, true) then --@refused
    missing[#missing + 1] = string.lower(name)
  end
end
try('GET')
try('SET', '', 'XX')
try('LINDEX', 0)
try('LRANGE', 0, 0)
try('LSET', 0, '')
try('LPOP')
try('LTRIM', 0, -1)
try('ZADD', 'XX', 1, '')
try('ZREM', '')
try('ZSCORE', '')
try('ZRANGEBYSCORE', 0, 0)
try('ZRANGE', 0, 0)
try('ZREMRANGEBYSCORE', 0, 0)
try('ZCARD')
try('GETEX')
try('EXPIREAT', 1)
try('SREM', '')
try('SISMEMBER', '')
try('TYPE')
try('HGET', '')
try('HLEN')
try('EXISTS')
try('HSCAN', 0)
for _, name in ipairs({ 'RPUSH', 'SADD', 'HSET' }) do
  if not_allowed(name, KEYS[1]) then --@asked
    missing[#missing + 1] = string.lower(name)
  end
end
return missing
