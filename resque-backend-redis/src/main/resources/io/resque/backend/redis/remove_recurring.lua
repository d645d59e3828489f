-- with types.lua
-- Removes an entry of a recurring job with all that belongs to it, if the expected one stands there.
-- KEYS: persistent_schedules, delayed:last_enqueued_at, java:paused_schedules, schedules_changed, java:made_ticks
-- ARGV: name, the bytes that must stand there, 1 if Ruby's schedulers must drop it or 0
-- Answers 1 removed, 0 if there is none, or another one.
if not_a('hash', KEYS[1]) or redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then --@expected
  return 0
end
local wrong = ARGV[3] == '1' and not_a('set', KEYS[4])
if wrong then --@types
  return wrong
end
if ARGV[3] == '1' then --@for_ruby
  redis.call('SADD', KEYS[4], ARGV[1]) -- a full server refuses it; alone it changes nothing: Ruby then loads what it has
end
redis.call('HDEL', KEYS[1], ARGV[1]) --@remove
redis.pcall('HDEL', KEYS[2], ARGV[1]) --@last_run
redis.pcall('SREM', KEYS[3], ARGV[1]) --@paused
redis.pcall('HDEL', KEYS[5], ARGV[1]) --@notes
return 1
