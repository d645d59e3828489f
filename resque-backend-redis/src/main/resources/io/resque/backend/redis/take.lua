-- Takes elements off the head. KEYS: queue; ARGV: how many, and after how many bytes no more; '' for any number
if ARGV[2] == '' then
  local taken = redis.call('LRANGE', KEYS[1], 0, ARGV[1] - 1)
  redis.call('LTRIM', KEYS[1], ARGV[1], -1)
  return taken
end
local answer, bytes, limit = {}, 0, tonumber(ARGV[2])
while #answer < tonumber(ARGV[1]) do
  local element = redis.call('LINDEX', KEYS[1], 0)
  if not element or answer[1] and bytes + #element > limit then
    break
  end
  redis.call('LPOP', KEYS[1])
  answer[#answer + 1] = #element > limit and stand_in(element) or element
  bytes = bytes + #element
end
return answer
