-- with types.lua sessions.lua stand_in.lua records.lua
-- Removes a worker that holds no job.
-- KEYS: sessions, record, workers, started, workers:heartbeat, stat:processed and stat:failed of this worker, attributes
-- ARGV: token, step, worker id, bytes of the largest payload that is given
-- Answers -1 not ours, 0 done, or 1 with the job that is still held.
local session = own_session(KEYS[1], ARGV)
if session then
  redis.call('HSET', KEYS[1], ARGV[3], ARGV[1] .. ARGV[2] .. string.sub(session, 33))
  local job = held_job(session, text_of(KEYS[2]))
  if job then --@holds_a_job
    return { 1, job[1], job[2], job[3], #job[4] > tonumber(ARGV[4]) and stand_in(job[4]) or job[4] }
  end
elseif redis.call('HGET', KEYS[1], ARGV[3]) or redis.call('EXISTS', KEYS[2]) == 1 then --@not_ours
  return { -1 }
end
-- Also where somebody has removed the session, and nobody has the id now: what is left of it is ours.
redis.call('SREM', KEYS[3], ARGV[3])
redis.call('HDEL', KEYS[5], ARGV[3]) --@remove_heartbeat
remove_session(KEYS[1], ARGV[3]) --@remove_session
remove('string', KEYS[2], KEYS[4], KEYS[6], KEYS[7]) --@remove_texts
remove('hash', KEYS[8])
return { 0 }
