-- with clock.lua types.lua status.lua rights.lua effects.lua delayed.lua locks.lua
-- Takes away an item that is too large for its reader, and keeps its bytes.
-- KEYS: delayed_queue_schedule, queues, failed_queues, the list of its second, java:oversize, then the locks to look at or to
--       hold, as locks.lua has them, then the keys of the effects
-- ARGV: second, size of the item, the field under which its bytes are kept, what stands before an item in the key of its set of seconds,
--       number of keys of locks, what locks.lua is told of them (3), letters of the effects, their arguments
-- Answers 1 taken away, 0 not: a lock is held, it is not the first of its second, or its effects cannot be written. In
-- the last case its second is due again in a minute.
-- The key of the set of seconds follows from the item, which the caller has not read.
-- The holder of a lock takes the first items of a second by their number: none of them may leave meanwhile.
local unread, lock = held_lock(6, 5 + ARGV[5], ARGV[6], ARGV[7], ARGV[8])
if unread or lock then --@large_held
  return unread or 0
end
local item = redis.pcall('LINDEX', KEYS[4], 0)
if type(item) ~= 'string' or #item ~= tonumber(ARGV[2]) then --@still_large
  return is_refused(item) and item or 0
end
local effects, wrong = effects_of(ARGV[9], known_effects(KEYS[3], KEYS[3], KEYS[3], KEYS[3]))
wrong = wrong or not_a('hash', KEYS[5]) or not_allowed('LPOP', KEYS[4])
if wrong then
  return wrong
end
local first = 6 + ARGV[5]
if refusal(effects, first) then --@large_effects
  redis.call('ZADD', KEYS[1], 'XX', now() + 60, ARGV[1]) -- or it would be found again at once --@large_put_off
  return 0
end
redis.call('HSET', KEYS[5], ARGV[3], item) -- a full server refuses it --@keep
redis.call('LPOP', KEYS[4])
redis.pcall('SREM', ARGV[4] .. item, 'delayed:' .. ARGV[1]) --@large_mark
redis.call('ZADD', KEYS[1], 'XX', ARGV[1], ARGV[1]) -- it may have been put off --@large_due
unschedule(KEYS[4], ARGV[1])
apply(effects, first, 10)
return 1
