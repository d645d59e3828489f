-- with types.lua
-- Takes the lease of the process that writes samples, renews it, or gives it back.
-- KEYS: java:history:leader; ARGV: name of the process, seconds that the lease lasts; 0 gives it back
-- Answers 1, or 0 if another process has the lease.
local wrong = not_a('string', KEYS[1])
if wrong then --@leader_type
  return wrong
end
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then --@led
  return 0
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1]) --@leader_leaves
  return 1
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) --@leads
return 1
