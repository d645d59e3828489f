-- with types.lua rights.lua locks.lua moving.lua
-- Moves delayed items that are each the first of their second onto queues, as move_delayed.lua does, for less: most moves are of this
-- kind. Their jobs go nowhere else, and have no effects. A run is moves to one queue that follow each other; no second stands in it twice.
-- KEYS: delayed_queue_schedule, queues, then the locks to look at or to hold, as locks.lua has them; then for each run its queue, and
--       for each second of the run its list and the set of seconds of each item, whose key holds the item
-- ARGV: number of keys of locks, what locks.lua is told of them (3); then for each run the name of its queue and the number of its
--       seconds, and for each second the number of its items and their payloads
-- Answers as move_delayed.lua.
local call, pcall, sub = redis.call, redis.pcall, string.sub
local k, a, answer = 3 + ARGV[1], 5, { false }
local hindered = hindrance(3, KEYS[k + 1])
if hindered then
  return hindered
end
local namespace = #KEYS[1] - #'delayed_queue_schedule'
local item, second = namespace + #'timestamps:' + 1, namespace + #'delayed:' + 1
while a < #ARGV do
  local queue, name, runs_to = KEYS[k], ARGV[a], ARGV[a + 1]
  k, a = k + 1, a + 2
  local first, lists, taken, numbers, payloads, empty = #answer + 1, {}, {}, {}, {}, {}
  for _ = 1, runs_to do
    local count, sets = tonumber(ARGV[a]), {}
    local stand = pcall('LRANGE', KEYS[k], '0', ARGV[a]) -- one more, which tells whether the list becomes empty
    for i = 1, count do
      local stands = stand[#sets + 1] == sub(KEYS[k + i], item)
      if stands then --@head
        sets[#sets + 1], payloads[#payloads + 1] = KEYS[k + i], ARGV[a + i]
      end
      answer[#answer + 1] = stands and 1 or 0
    end
    if sets[1] then
      lists[#lists + 1], taken[#taken + 1] = KEYS[k], sets
      numbers[#lists] = #sets == count and ARGV[a] or #sets -- text, since Redis takes long to write a number
      if #stand == #sets then
        empty[#empty + 1] = sub(KEYS[k], second) --@empty
      end
    end
    k, a = k + count + 1, a + count + 1
  end
  -- Workers with a pattern would not look into a queue that is not announced.
  local refused = lists[1] and (not_a('list', queue) --@target
    or not_allowed('RPUSH', queue) or not_allowed('SADD', KEYS[2])) --@announce_right
  if refused then --@refused
    for i = first, #answer do
      answer[i] = answer[i] == 1 and refused.err or 0
    end
  elseif lists[1] then
    pcall('SADD', KEYS[2], name) --@announce
    call('RPUSH', queue, unpack(payloads)) --@to_queue
    for i, list in ipairs(lists) do
      call('LTRIM', list, numbers[i], '-1') --@take
      local mark = sub(list, namespace + 1)
      for _, set in ipairs(taken[i]) do
        pcall('SREM', set, mark) --@unmark
      end
    end
    if empty[1] then
      pcall('ZREM', KEYS[1], unpack(empty)) --@unschedule
    end
  end
end
return answer
