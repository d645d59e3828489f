-- with types.lua rights.lua
-- Writes a sample of the history. KEYS: the hash of its minute, or of its ten minutes; ARGV: second, sample, seconds until the hash expires
local wrong = not_a('hash', KEYS[1]) or not_allowed('EXPIRE', KEYS[1]) -- no key may stay for ever
if wrong then --@sample_refused
  return wrong
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) --@sample
redis.call('EXPIRE', KEYS[1], ARGV[3]) --@sample_expires
return 1
