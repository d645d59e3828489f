-- with types.lua
-- A scheduler is there no more.
-- KEYS: java:schedulers, java:schedule_look; ARGV: its name
if text_of(KEYS[2]) == ARGV[1] then --@lease
  redis.call('DEL', KEYS[2])
end
return redis.pcall('ZREM', KEYS[1], ARGV[1]) --@remove
