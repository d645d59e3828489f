-- Takes the lock of Ruby's pruning, unless a Ruby worker has taken it a moment ago.
-- KEYS: pruning_dead_workers_in_progress
-- ARGV: who takes it, seconds it lasts, seconds it is left to another, what those begin with who need no lock
local holder = redis.pcall('GET', KEYS[1])
if type(holder) == 'string' and string.sub(holder, 1, #ARGV[4]) ~= ARGV[4]
    and redis.call('TTL', KEYS[1]) > ARGV[2] - ARGV[3] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
