-- with rights.lua effects.lua delayed.lua locks.lua
-- Moves delayed items that are each the first of their second.
-- KEYS: delayed_queue_schedule, queues, failed_queues, then the locks to look at or to hold, as locks.lua has them, then all that the
--       moves name, then the keys of their effects
-- ARGV: number of keys of locks, the value of locks that are ours, for how many seconds they are held or '', for how many seconds a
--       foreign one is noted, number of moves, then the moves
-- Answers the key and value of a lock that is held or false; then for each move 1 moved, 0 gone, or an error as text.
local unread, lock = held_lock(4, 3 + ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if unread or lock then
  return unread or { lock }
end
-- A job must not be pushed whose item cannot be taken away.
local forbidden = not_allowed('LPOP', KEYS[tonumber(ARGV[6])])
if forbidden then --@right
  return forbidden
end
-- Otherwise a missing right would look as if all items were gone.
local head = redis.pcall('LINDEX', KEYS[tonumber(ARGV[6])], 0)
if is_refused(head) then --@head_right
  return head
end
local time, a, answer, known, changed = now(), 6, { false }, {}, {}
for i = 1, tonumber(ARGV[5]) do
  local move, next = move_at(a)
  if not move then
    return next
  end
  a = next
  if redis.pcall('LINDEX', move.list, 0) ~= move.item then --@head
    answer[i + 1] = 0
  else
    local refused = move_refusal(move, time, known)
    if refused then --@refused
      answer[i + 1] = refused.err
    else
      if #move.effects > 0 then
        redis.call('LSET', move.list, 0, move.item) -- a full server refuses it, and it changes nothing --@first_write
      end
      write_target(move, time)
      redis.call('LPOP', move.list) --@take
      unmark(move, time)
      apply(move.effects, move.first_key, move.first_arg) --@effects
      changed[move.list] = move.second
      answer[i + 1] = 1
    end
  end
end
for list, second in pairs(changed) do
  unschedule(list, second)
end
return answer
