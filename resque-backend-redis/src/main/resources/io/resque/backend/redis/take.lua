-- Takes elements off the head. KEYS: queue; ARGV: how many
local taken = redis.call('LRANGE', KEYS[1], 0, ARGV[1] - 1)
redis.call('LTRIM', KEYS[1], ARGV[1], -1)
return taken
