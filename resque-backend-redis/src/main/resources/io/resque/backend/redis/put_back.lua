-- Puts a held job back at the head of its queue.
-- KEYS: session, record, workers, queue, queues
-- ARGV: token, step, worker id, number of the job, payload, name of the queue
-- Answers -1 lost, 0 done.
local state = redis.call('HMGET', KEYS[1], 'token', 'step', 'held')
if state[1] ~= ARGV[1] or redis.call('SISMEMBER', KEYS[3], ARGV[3]) == 0 or tonumber(ARGV[2]) <= tonumber(state[2]) then
  return -1
end
redis.call('HSET', KEYS[1], 'step', ARGV[2])
if state[3] == ARGV[4] then
  -- The announcement first: an error in either leaves the job where it was.
  redis.call('SADD', KEYS[5], ARGV[6])
  redis.call('LPUSH', KEYS[4], ARGV[5])
  forget_job(KEYS[1], KEYS[2])
end
return 0
