-- with types.lua rights.lua
-- Adds a mark to those of a day. KEYS: java:history:marks:DAY; ARGV: second, blank and text; how many marks may stay; seconds until they
-- expire
local wrong = not_a('list', KEYS[1]) or not_allowed('EXPIRE', KEYS[1])
if wrong then --@mark_refused
  return wrong
end
redis.call('RPUSH', KEYS[1], ARGV[1]) --@mark
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1) --@marks_bound
redis.call('EXPIRE', KEYS[1], ARGV[3]) --@marks_expire
return 1
