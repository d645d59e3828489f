-- with types.lua stand_in.lua records.lua
-- Takes the lock of Ruby's pruning, unless a Ruby worker has taken it a moment ago.
-- KEYS: pruning_dead_workers_in_progress, sessions
-- ARGV: who takes it, seconds it lasts, seconds it is left to another, what those begin with who need no lock
local wrong = not_our_format(KEYS[2])
if wrong then
  return wrong
end
local holder = text_of(KEYS[1])
if holder and string.sub(holder, 1, #ARGV[4]) ~= ARGV[4] and redis.call('TTL', KEYS[1]) > ARGV[2] - ARGV[3] then
  return 0
end
-- Where somebody keeps something else under this key, Ruby does not prune either.
if not not_a('string', KEYS[1]) then --@lock
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
return 1
