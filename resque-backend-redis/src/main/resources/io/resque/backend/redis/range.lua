-- with stand_in.lua
-- Reads a part of a list in bounded memory; of a sorted set, in which Jesque keeps delayed jobs, by score. A key of another
-- type is empty.
-- KEYS: list; ARGV: first index, how many at most, how many bytes at most, what stands before and after the stand-in of a
--       first element that has more
local answer, bytes, largest, some = {}, 0, 1, 1
local at, left, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'list' and kind ~= 'zset' then
  return answer
end
local read = kind == 'list' and 'LRANGE' or 'ZRANGE'
while left > 0 do
  local page = redis.call(read, KEYS[1], at, at + some - 1)
  for _, element in ipairs(page) do
    bytes, largest = bytes + #element, math.max(largest, #element)
    if bytes > limit then --@limit
      if not answer[1] then
        answer[1] = ARGV[4] .. stand_in(element) .. ARGV[5]
      end
      return answer
    end
    answer[#answer + 1] = element
  end
  if #page < some then
    return answer
  end
  at, left = at + some, left - some
  -- Few at first, since how large they are is seen too late.
  some = math.max(1, math.min(2 * some, left, 64, math.floor((limit - bytes) / largest)))
end
return answer
