-- with clock.lua rights.lua claims.lua
-- Removes a payload that has locks from a queue, by its bytes, and frees its locks.
-- KEYS: queue; ARGV: payload, namespace
-- Answers how many were removed.
local removed = redis.call('LREM', KEYS[1], 0, ARGV[1])
if removed > 0 then --@was_there
  locks_in(ARGV[2]).release_payload(ARGV[1]) --@free_removed
end
return removed
