-- Looks at the first element of lists.
-- KEYS: the lists; ARGV: bytes of the largest element that is given, bytes of elements after which further lists are left
--       for later
-- Answers for each list that is not left for later: its length, and its first element, or false if there is no list.
local answer, bytes = {}, 0
local largest, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
for i, key in ipairs(KEYS) do
  local size, first = 0, false
  if redis.call('TYPE', key).ok == 'list' then
    size, first = redis.call('LLEN', key), redis.call('LINDEX', key, 0)
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
