-- with clock.lua types.lua sessions.lua status.lua rights.lua claims.lua limits.lua effects.lua
-- Puts a held job back at the head of its queue.
-- KEYS: sessions, record, queue, queues, stat:processed, stat:processed of this worker, stat:failed, failed_queues, then the
--       keys of the effects
-- ARGV: token, step, worker id, number of the job, name of the queue, payload in case that the record is gone, or '', letters
--       of the effects, then the arguments of the effects
-- Answers -1 lost, 0 done, 1 still held: the record is gone, and no payload was sent in its place.
local session = own_session(KEYS[1], ARGV)
if not session then --@lost
  return -1
end
local effects, wrong = effects_of(ARGV[7], with_slots(known_effects(KEYS[5], KEYS[6], KEYS[7], KEYS[8])))
if wrong then
  return wrong
end
local noted = ARGV[1] .. ARGV[2]
local holds = string.sub(session, 33, 48) == ARGV[4] --@held
if holds then
  wrong = not_a('set', KEYS[4]) or not_a('list', KEYS[3]) or refusal(effects, 9) --@types
  if wrong then
    return wrong
  end
end
-- The first write: a server that is full or read-only refuses here.
redis.call('HSET', KEYS[1], ARGV[3], noted .. string.sub(session, 33))
if holds then
  -- The announcement first: an error in either leaves the job where it was.
  local held = held_job(session, text_of(KEYS[2]))
  local payload = held and held[4] or ARGV[6] --@payload
  if payload == '' and not held then
    return 1 --@still_held
  end
  redis.call('SADD', KEYS[4], ARGV[5]) --@announce
  redis.call('LPUSH', KEYS[3], payload) --@head
  -- At once: if the server refuses what follows, the job must not go back a second time.
  redis.call('HSET', KEYS[1], ARGV[3], noted) --@frees
  apply(effects, 9, 8) --@effects
  redis.call('DEL', KEYS[2]) --@record
  -- The caller may not know of a beginning whose answer was lost.
  local _, claim = begun_with(session)
  if claim then
    locks_in(string.sub(KEYS[1], 1, -1 - #'java:sessions')).release_run(claim, ARGV[3]) --@run_locks_back
  end
end
return 0
