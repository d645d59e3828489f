-- with clock.lua types.lua status.lua rights.lua claims.lua effects.lua delayed.lua locks.lua
-- Takes delayed items out of a part of the list of their second, by their bytes.
-- KEYS: delayed_queue_schedule, queues, failed_queues, then the locks to look at, as locks.lua has them, then all that the moves name,
--       then the keys of their effects
-- ARGV: first and last index of the part, an element that nobody else has, number of keys of locks, what locks.lua is told of them (3),
--       number of moves, then the moves, all of one second
-- Answers for each how many were taken.
local moves, wanted, answer, a = {}, {}, {}, 9
for i = 1, tonumber(ARGV[8]) do
  local move, next = move_at(a)
  if not move then
    return next
  end
  a = next
  moves[i], answer[i] = move, 0
  wanted[move.item] = wanted[move.item] or i
end
local list, time = moves[1].list, now()
-- Another library's scheduler takes what is due by its place in the list, so nothing before that may leave. Its clock can be ahead.
if tonumber(moves[1].second) <= time + 1 then --@due_second
  local unread, lock = held_lock(4, 3 + ARGV[4], ARGV[5], ARGV[6], ARGV[7])
  if unread or lock then
    return unread or answer
  end
end
local part = redis.pcall('LRANGE', list, ARGV[1], ARGV[2])
if part.err then
  return is_refused(part) and part or answer
end
local known, hits = {}, {}
for at, item in ipairs(part) do
  local i = wanted[item]
  if i then
    local refused = answer[i] == 0 and move_refusal(moves[i], time, known)
    if refused then --@refused
      return refused
    end
    hits[#hits + 1] = { ARGV[1] + at - 1, moves[i] }
    answer[i] = answer[i] + 1 --@count
  end
end
if #hits == 0 then
  return answer
end
-- The first write, which changes nothing, and which a full server refuses. Items that go nowhere are removed all the same, at a
-- higher price.
local full = redis.pcall('LSET', list, hits[1][1], hits[1][2].item) --@first_write
if full.err then
  for _, hit in ipairs(hits) do
    if hit[2].to ~= '' or hit[2].queue or hit[2].alone then
      return full
    end
  end
  for _, hit in ipairs(hits) do
    redis.call('LREM', list, 1, hit[2].item) --@if_full
  end
else
  -- This key is a set or absent, so nothing is removed. It fails in another way only if the user may not remove, which a script
  -- cannot ask before Redis 7. It comes after the write that a full server refuses, since such a server lets a script go on after
  -- any write.
  local forbidden = redis.pcall('LREM', moves[1].mark, 1, ARGV[3])
  if is_refused(forbidden) then --@right
    return forbidden
  end
  for _, hit in ipairs(hits) do
    write_target(hit[2], time)
  end
  for _, hit in ipairs(hits) do
    redis.call('LSET', list, hit[1], ARGV[3]) --@place
  end
  -- LREM stops at the last of them; it begins at the end of the list that is nearer.
  redis.call('LREM', list, 2 * ARGV[1] > redis.call('LLEN', list) and -#hits or #hits, ARGV[3]) --@places
end
for _, hit in ipairs(hits) do
  unmark(hit[2], time)
  change_locks(hit[2], time) --@locks_of_changed
  apply(hit[2].effects, hit[2].first_key, hit[2].first_arg) --@effects
end
unschedule(list, moves[1].second)
return answer
