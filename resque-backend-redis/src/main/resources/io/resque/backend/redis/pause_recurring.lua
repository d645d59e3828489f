-- with types.lua
-- Pauses an entry of a recurring job, or ends its pause.
-- KEYS: persistent_schedules, delayed:last_enqueued_at, java:paused_schedules; ARGV: name; to end the pause: the new last run, and the
-- last run that must stand there, without which none may
-- Answers 1 done, 0 if there is no such entry, or none that is paused, or it has another last run.
local there = not not_a('hash', KEYS[1]) and redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1
local wrong = not_a('set', KEYS[3]) or #ARGV > 1 and not_a('hash', KEYS[2])
if wrong then --@types
  return wrong
end
if #ARGV == 1 then
  if not there then --@there
    return 0
  end
  redis.call('SADD', KEYS[3], ARGV[1]) --@pause
  return 1
end
if redis.call('SISMEMBER', KEYS[3], ARGV[1]) == 0 then --@is_paused
  return 0
end
if there and redis.call('HGET', KEYS[2], ARGV[1]) ~= (ARGV[3] or false) then --@expected
  return 0
end
if there then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2]) -- a full server refuses it --@last_run
end
redis.call('SREM', KEYS[3], ARGV[1]) --@resume
return 1
