-- with clock.lua types.lua rights.lua claims.lua
-- Removes a part of a queue from its head on, and the announcement with the last part: also a sorted set, in which Jesque keeps delayed jobs,
-- and a key of any other type, which had no elements. Frees the locks of its jobs.
-- KEYS: queue, queues; ARGV: name of the queue, namespace
-- Answers how many were removed, and how many are left.
local kind = redis.call('TYPE', KEYS[1]).ok
local removed, left = 0, 0
if kind == 'list' then
  local length, bytes, elements = redis.call('LLEN', KEYS[1]), 0, {}
  -- Few jobs with locks: each lock is read and freed.
  while removed < length and removed < 10000 and bytes < 1000000 and #elements < 500 do
    for _, element in ipairs(redis.call('LRANGE', KEYS[1], removed, removed + 99)) do
      removed, bytes = removed + 1, bytes + #element
      if claim_of(element) then
        elements[#elements + 1] = element
      end
    end
  end
  redis.call('LTRIM', KEYS[1], removed, -1)
  left = length - removed
  for _, element in ipairs(elements) do
    locks_in(ARGV[2]).release_payload(element) --@free_with_queue
  end
else
  removed = kind == 'zset' and redis.call('ZCARD', KEYS[1]) or 0
  redis.call('DEL', KEYS[1])
end
if left == 0 and not not_a('set', KEYS[2]) then
  redis.call('SREM', KEYS[2], ARGV[1]) --@announcement
end
return { removed, left }
