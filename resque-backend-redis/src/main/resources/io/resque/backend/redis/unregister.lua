-- Removes a worker that holds no job.
-- KEYS: session, record, workers, started, workers:heartbeat, stat:processed and stat:failed of this worker
-- ARGV: token, step, worker id
-- Answers -1 not ours, 0 done, or 1 with the job that is still held.
local state = redis.call('HMGET', KEYS[1], 'token', 'step')
if state[1] ~= ARGV[1] or redis.call('SISMEMBER', KEYS[3], ARGV[3]) == 0 or tonumber(ARGV[2]) <= tonumber(state[2]) then
  return { -1 }
end
redis.call('HSET', KEYS[1], 'step', ARGV[2])
local job = held_job(KEYS[1], KEYS[2])
if job then
  return { 1, job[1], job[2], job[3], job[4] }
end
redis.call('SREM', KEYS[3], ARGV[3])
redis.call('HDEL', KEYS[5], ARGV[3])
redis.call('DEL', KEYS[1], KEYS[2], KEYS[4], KEYS[6], KEYS[7])
return { 0 }
