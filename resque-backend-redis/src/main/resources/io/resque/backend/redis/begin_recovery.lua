-- Takes the lock of Ruby's pruning, unless a Ruby worker has taken it a moment ago; and forgets the sessions of workers
-- that Ruby has pruned.
-- KEYS: pruning_dead_workers_in_progress, workers, workers:heartbeat, sessions
-- ARGV: who takes it, seconds it lasts, seconds it is left to another, what those begin with who need no lock
local holder = text_of(KEYS[1])
if holder and string.sub(holder, 1, #ARGV[4]) ~= ARGV[4] and redis.call('TTL', KEYS[1]) > ARGV[2] - ARGV[3] then
  return 0
end
-- Where somebody keeps something else under this key, Ruby does not prune either.
if not not_a('string', KEYS[1]) then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
local known = {}
for _, ids in ipairs({ redis.call('SMEMBERS', KEYS[2]), redis.call('HKEYS', KEYS[3]) }) do
  for _, id in ipairs(ids) do
    known[id] = true
  end
end
for _, id in ipairs(redis.call('HKEYS', KEYS[4])) do
  if not known[id] then
    redis.call('HDEL', KEYS[4], id)
  end
end
return 1
