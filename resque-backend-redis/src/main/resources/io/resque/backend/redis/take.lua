-- with stand_in.lua
-- Takes elements off the head of a list, or of the lowest score off a sorted set, in which Jesque keeps delayed jobs. A key of
-- another type is empty.
-- KEYS: queue; ARGV: how many, and after how many bytes no more; '' for any number
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'list' and kind ~= 'zset' then
  return {}
end
local is_list = kind == 'list'
if ARGV[2] == '' then
  if not is_list then
    local taken = redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1) --@first
    for _, element in ipairs(taken) do
      redis.call('ZREM', KEYS[1], element)
    end
    return taken
  end
  local taken = redis.call('LRANGE', KEYS[1], 0, ARGV[1] - 1) --@first
  redis.call('LTRIM', KEYS[1], ARGV[1], -1)
  return taken
end
local answer, bytes, limit = {}, 0, tonumber(ARGV[2])
while #answer < tonumber(ARGV[1]) do
  local element
  if is_list then
    element = redis.call('LINDEX', KEYS[1], 0)
  else
    element = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  end
  if not element or answer[1] and bytes + #element > limit then --@limit
    break
  end
  if is_list then
    redis.call('LPOP', KEYS[1])
  else
    redis.call('ZREM', KEYS[1], element)
  end
  answer[#answer + 1] = #element > limit and stand_in(element) or element
  bytes = bytes + #element
end
return answer
