-- Reads the jobs that a worker of another library keeps in lists beside its record, in bounded memory.
-- KEYS: the lists; ARGV: how many bytes at most
-- Answers the elements of each list, from its head on, until one does not fit.
local answer, left = {}, tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
  answer[i] = {}
  while left > 0 do
    local element = redis.pcall('LRANGE', key, #answer[i], #answer[i])[1]
    if not element then
      break
    end
    left = left - #element
    if left >= 0 then
      table.insert(answer[i], element)
    end
  end
end
return answer
