-- Removes a list and its announcement, and tells how long it was. KEYS: list, set; ARGV: member of the set
local length = redis.call('LLEN', KEYS[1])
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[1])
return length
