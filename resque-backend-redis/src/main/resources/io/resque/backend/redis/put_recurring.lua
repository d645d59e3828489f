-- with types.lua
-- Writes an entry of a recurring job, if the expected one stands there.
-- KEYS: persistent_schedules, schedules_changed
-- ARGV: name, the bytes to write, 1 if Ruby's schedulers must load it or 0, then the bytes that must stand there; without them, none may
-- Answers 1 if it stands there now, 0 if another entry does.
local wrong = not_a('hash', KEYS[1]) or ARGV[3] == '1' and not_a('set', KEYS[2])
if wrong then --@types
  return wrong
end
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old == ARGV[2] then --@unchanged
  return 1
end
if old ~= (ARGV[4] or false) then --@expected
  return 0
end
if ARGV[3] == '1' then --@for_ruby
  redis.call('SADD', KEYS[2], ARGV[1]) -- alone it changes nothing: Ruby then loads what it has
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) --@put
return 1
