-- with types.lua
-- Pauses a queue, or ends its pause.
-- KEYS: paused-queues; ARGV: name of the queue, 1 to pause it or 0
-- Answers 1 if that is a change, otherwise 0.
local wrong = not_a('string', KEYS[1])
if wrong then
  return wrong
end
local names = '\n' .. (redis.call('GET', KEYS[1]) or '')
local from, to = string.find(names, '\n' .. ARGV[1] .. '\n', 1, true) --@paused_name
if (from ~= nil) == (ARGV[2] == '1') then --@is_so
  return 0
end
names = from and string.sub(names, 2, from) .. string.sub(names, to + 1) or string.sub(names, 2) .. ARGV[1] .. '\n' --@names
if names == '' then
  redis.call('DEL', KEYS[1]) --@none_is_paused
else
  redis.call('SET', KEYS[1], names)
end
return 1
