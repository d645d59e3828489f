-- with clock.lua rights.lua claims.lua
-- Removes one of the elements of a queue that equal a payload, and frees the locks of the payload if there was no other.
-- KEYS: queue; ARGV: payload, namespace
-- Answers how many there were, counted up to 2.
local places = redis.call('LPOS', KEYS[1], ARGV[1], 'COUNT', 2)
redis.call('LREM', KEYS[1], 1, ARGV[1]) --@remove_one
if #places == 1 then --@was_last
  locks_in(ARGV[2]).release_payload(ARGV[1]) --@free_last
end
return #places --@places_before
