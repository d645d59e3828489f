-- Removes seconds without items from the schedule.
-- KEYS: delayed_queue_schedule, then the list of each second; ARGV: the entry of each
-- Answers for each 1 removed, 0 not.
local answer = {}
for i = 2, #KEYS do
  answer[i - 1] = redis.call('EXISTS', KEYS[i]) == 0 and redis.call('ZREM', KEYS[1], ARGV[i - 1]) or 0 --@still_empty
end
return answer
