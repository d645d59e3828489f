-- Adds seconds that have items to the schedule, if it lacks them.
-- KEYS: delayed_queue_schedule, then the list of each second; ARGV: the second of each
-- Answers how many were added.
local added = 0
for i = 2, #KEYS do
  if redis.call('TYPE', KEYS[i]).ok == 'list' and not redis.call('ZSCORE', KEYS[1], ARGV[i - 1]) then
    redis.call('ZADD', KEYS[1], ARGV[i - 1], ARGV[i - 1]) --@add
    added = added + 1
  end
end
return added
