-- Puts a held job back at the head of its queue.
-- KEYS: sessions, record, queue, queues
-- ARGV: token, step, worker id, number of the job, name of the queue, payload in case that the record is gone, or ''
-- Answers -1 lost, 0 done, 1 still held: the record is gone, and no payload was sent in its place.
local session = own_session(KEYS[1], ARGV)
if not session then --@lost
  return -1
end
local noted = ARGV[1] .. ARGV[2]
redis.call('HSET', KEYS[1], ARGV[3], noted .. string.sub(session, 33))
if string.sub(session, 33, 48) == ARGV[4] then --@held
  -- The announcement first: an error in either leaves the job where it was.
  local held = held_job(session, text_of(KEYS[2]))
  local payload = held and held[4] or ARGV[6] --@payload
  if payload == '' and not held then
    return 1 --@still_held
  end
  redis.call('SADD', KEYS[4], ARGV[5]) --@announce
  redis.call('LPUSH', KEYS[3], payload) --@head
  redis.call('DEL', KEYS[2]) --@record
  redis.call('HSET', KEYS[1], ARGV[3], noted)
end
return 0
