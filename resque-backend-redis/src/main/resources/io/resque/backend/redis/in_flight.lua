-- with stand_in.lua
-- Reads the jobs that a worker of another library keeps in lists beside its record, in bounded memory.
-- KEYS: the lists, then oversize; ARGV: the most bytes
-- Answers the elements of each list, from its head on, as many as fit into ARGV[1] bytes together; but two at least, if the
-- lists have two, so that the caller knows whether the first is the last. An element that alone is larger is answered as its
-- stand-in.
local answer, largest, given = {}, tonumber(ARGV[1]), 0
local left = largest
for i = 1, #KEYS - 1 do
  answer[i] = {}
  while left > 0 or given < 2 do
    local element = redis.pcall('LRANGE', KEYS[i], #answer[i], #answer[i])[1]
    if not element then
      break
    end
    if #element > largest then
      element = stand_in(element, KEYS[#KEYS], redis.sha1hex(element))
    end
    left = left - #element
    if left < 0 and given >= 2 then
      break
    end
    table.insert(answer[i], element)
    given = given + 1
  end
end
return answer
