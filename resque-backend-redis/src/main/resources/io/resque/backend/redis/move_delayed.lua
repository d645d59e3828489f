-- with clock.lua types.lua status.lua rights.lua claims.lua effects.lua delayed.lua locks.lua
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
local forbidden = not_allowed('LTRIM', KEYS[tonumber(ARGV[6])]) -- to try it would be a write, after which a full server refuses none
if forbidden then --@right
  return forbidden
end
-- Otherwise a missing right would look as if all items were gone.
local head = redis.pcall('LRANGE', KEYS[tonumber(ARGV[6])], 0, 0)
if is_refused(head) then --@head_right
  return head
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
-- Whether the next move can be written in the same commands: most are of one second and to one queue.
local function goes_along(move, next)
  return next and next.list == move.list and next.queue == move.queue and move.to == '' and next.to == ''
      and not move.alone and not next.alone
end
local last = 0
while last < #moves do
  local first = last + 1
  local move = moves[first]
  last = first
  while last - first < 1000 and goes_along(move, moves[last + 1]) do -- Lua hands at most some thousand words to a command --@together
    last = last + 1
  end
  local stand = redis.pcall('LRANGE', move.list, 0, last - first)
  local taken, payloads = {}, {}
  for i = first, last do
    if stand[#taken + 1] ~= moves[i].item then --@head
      answer[i + 1] = 0
    else
      answer[i + 1] = 1
      taken[#taken + 1], payloads[#payloads + 1] = moves[i], moves[i].payload
    end
  end
  local refused = taken[1] and move_refusal(move, time, known)
  if refused then --@refused
    for i = first, last do
      answer[i + 1] = answer[i + 1] == 1 and refused.err or 0
    end
  elseif taken[1] then
    if move.alone then
      redis.call('LSET', move.list, 0, move.item) -- a full server refuses it, and it changes nothing --@first_write
    end
    write_target(move, time, payloads)
    redis.call('LTRIM', move.list, #taken, -1) --@take
    for _, each in ipairs(taken) do
      unmark(each, time)
      change_locks(each, time) --@locks_of_moved
      apply(each.effects, each.first_key, each.first_arg) --@effects
    end
    changed[move.list] = move.second
  end
end
for list, second in pairs(changed) do
  unschedule(list, second)
end
return answer
