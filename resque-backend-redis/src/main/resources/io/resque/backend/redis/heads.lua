-- with stand_in.lua
-- Looks at the first element of lists; of sorted sets, in which Jesque keeps delayed jobs, at the one of the lowest score. A
-- key of another type is empty.
-- KEYS: the lists; ARGV: bytes of the largest element that is given, bytes of elements after which further lists are left
--       for later
-- Answers for each list that is not left for later: its length, and its first element, or false if there is no list.
local answer, bytes = {}, 0
local largest, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
for i, key in ipairs(KEYS) do
  local size, first = 0, false
  local kind = redis.call('TYPE', key).ok
  if kind == 'list' then
    size, first = redis.call('LLEN', key), redis.call('LINDEX', key, 0)
  elseif kind == 'zset' then --@delayed
    size, first = redis.call('ZCARD', key), redis.call('ZRANGE', key, 0, 0)[1] --@earliest
  end
  if first then
    bytes = bytes + #first
    if #first > largest then
      first = stand_in(first)
    end
  end
  answer[i] = { size, first }
  if bytes > limit then
    return answer
  end
end
return answer
