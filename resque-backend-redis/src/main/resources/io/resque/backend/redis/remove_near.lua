-- with clock.lua rights.lua claims.lua
-- Removes elements by their bytes from a part of a queue, and frees their locks.
-- KEYS: queue; ARGV: first and last index of the part, an element that nobody else has, namespace, then the elements to remove
-- Answers for each how many were removed.
local wanted, answer = {}, {}
for i = 5, #ARGV do
  wanted[ARGV[i]] = i - 4
  answer[i - 4] = 0
end
local hits = 0
for at, element in ipairs(redis.call('LRANGE', KEYS[1], ARGV[1], ARGV[2])) do
  local i = wanted[element]
  if i then
    redis.call('LSET', KEYS[1], ARGV[1] + at - 1, ARGV[3]) --@place
    answer[i] = answer[i] + 1 --@count
    hits = hits + 1
  end
end
if hits > 0 then
  -- LREM stops at the last of them; it begins at the end of the list that is nearer.
  local by_tail = 2 * ARGV[1] > redis.call('LLEN', KEYS[1])
  redis.call('LREM', KEYS[1], by_tail and -hits or hits, ARGV[3]) --@places
  for element, i in pairs(wanted) do
    if answer[i] > 0 and claim_of(element) then
      locks_in(ARGV[4]).release_payload(element) --@free_near
    end
  end
end
return answer
