-- with clock.lua types.lua status.lua rights.lua effects.lua locks.lua
-- Removes an entry of the schedule behind which nothing can be moved.
-- KEYS: delayed_queue_schedule, queues, failed_queues, the list of the entry, the list of the next whole second, then the locks
--       to look at or to hold, as locks.lua has them, then the keys of the effects
-- ARGV: entry, the next whole second if the entry is a number that is none, otherwise '', 1 if the entry is a second whose list is
--       something else or 0, how many items go to the next whole second at most, number of keys of locks, what locks.lua is told of
--       them (3), letters of the effects, their arguments
-- Answers 1 removed, 0 not, as while a lock is held, 2 if there are more items for the next whole second. An entry whose effects cannot be written is due
-- again in a minute.
local unread, lock = held_lock(6, 5 + ARGV[5], ARGV[6], ARGV[7], ARGV[8])
if unread or lock then --@stray_held
  return unread or 0
end
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
local kind = redis.call('TYPE', KEYS[4]).ok
if not score or ARGV[3] == '1' and (kind == 'list' or kind == 'none') then --@still_stray
  return 0
end
local effects, wrong = effects_of(ARGV[9], known_effects(KEYS[3], KEYS[3], KEYS[3], KEYS[3]))
if wrong then
  return wrong
end
local has_items = ARGV[2] ~= '' and kind == 'list'
local first = 6 + ARGV[5]
if refusal(effects, first) or has_items and not_a('list', KEYS[5]) then --@check
  -- It would keep those behind it from being found.
  redis.call('ZADD', KEYS[1], now() + 60, ARGV[1]) --@put_off
  return 0
end
if has_items then --@items_behind
  -- The schedule is no list, so nothing is appended. Without the right, an item would be taken away and be lost.
  local forbidden = redis.pcall('RPUSH', KEYS[1], '')
  if is_refused(forbidden) then --@right
    return forbidden
  end
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[2])
  for _ = 1, ARGV[4] do
    local item = redis.call('LPOP', KEYS[4])
    if not item then
      break
    end
    redis.call('RPUSH', KEYS[5], item) --@next_second
  end
  if redis.call('EXISTS', KEYS[4]) == 1 then
    return 2
  end
end
redis.call('ZADD', KEYS[1], score, ARGV[1]) -- a full server refuses it, and it changes nothing --@first_write
redis.call('ZREM', KEYS[1], ARGV[1]) --@remove
apply(effects, first, 10) --@effects
return 1
