-- with clock.lua types.lua status.lua rights.lua claims.lua effects.lua delayed.lua locks.lua moving.lua
-- Moves delayed items that are each the first of their second.
-- KEYS: delayed_queue_schedule, queues, failed_queues, then the locks to look at or to hold, as locks.lua has them, then all that the
--       moves name, then the keys of their effects
-- ARGV: number of keys of locks, the value of locks that are ours, for how many seconds they are held or '', for how many seconds a
--       foreign one is noted, number of moves, then the moves
-- Answers the key and value of a lock that is held or false; then for each move 1 moved, 0 gone, or an error as text.
local hindered = hindrance(4, KEYS[tonumber(ARGV[6])])
if hindered then
  return hindered
end
local time, a, answer, known, changed = now(), 6, { false }, {}, {}
local moves = {}
for i = 1, tonumber(ARGV[5]) do
  local move, next = move_at(a)
  if not move then
    return next
  end
  moves[i], a = move, next
end
for i, move in ipairs(moves) do
  if redis.pcall('LRANGE', move.list, 0, 0)[1] ~= move.item then --@head
    answer[i + 1] = 0
  else
    local refused = move_refusal(move, time, known)
    if refused then --@refused
      answer[i + 1] = refused.err
    else
      if move.alone then
        redis.call('LSET', move.list, 0, move.item) -- a full server refuses it, and it changes nothing --@first_write
      end
      write_target(move, time)
      redis.call('LTRIM', move.list, 1, -1) --@take
      unmark(move, time)
      change_locks(move, time) --@locks_of_moved
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
