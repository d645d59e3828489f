-- Writes delayed items, or pushes the jobs that are due already, and writes the statuses that belong to them, all or nothing.
-- KEYS: queue, queues, delayed_queue_schedule, then for each item: the list of its second, the set of its seconds; then the
--       statuses
-- ARGV: name of the queue, number of items, 1 if no status may be there yet or 0, then for each item: second, item, payload;
--       then for each status: state, result, expiry or ''
-- Answers the time in seconds, or false if a status is there that may not.
local items = tonumber(ARGV[2])
local first_status = 4 + 2 * items
if ARGV[3] == '1' and #KEYS >= first_status and redis.call('EXISTS', unpack(KEYS, first_status)) > 0 then --@new_status
  return false
end
local time = now() --@time
local is_due, some_due, some_delayed, lists = {}, false, false, {}
for i = 1, items do
  is_due[i] = tonumber(ARGV[3 * i + 1]) <= time --@due
  if is_due[i] then
    some_due = true
  else
    some_delayed = true
    lists[KEYS[2 * i + 2]] = true
  end
end
-- Otherwise the first write tells whether the schedule is one.
local wrong = some_due and (not_a('list', KEYS[1]) or some_delayed and not_a('zset', KEYS[3])) --@types
for list in pairs(lists) do
  wrong = wrong or not_a('list', list) --@list_type
end
if wrong then
  return wrong
end
-- An error in the first write leaves nothing behind.
if some_due then
  redis.call('SADD', KEYS[2], ARGV[1]) --@announce
end
for i = 1, items do
  local second = ARGV[3 * i + 1]
  if is_due[i] then
    redis.call('RPUSH', KEYS[1], ARGV[3 * i + 3]) --@push
  else
    local added = 0
    added = redis.pcall('ZADD', KEYS[3], second, second) --@schedule
    if type(added) == 'table' then
      return not_a('zset', KEYS[3]) or added --@schedule_type
    end
    redis.call('RPUSH', KEYS[2 * i + 2], ARGV[3 * i + 2]) --@append
    redis.pcall('SADD', KEYS[2 * i + 3], 'delayed:' .. second) --@mark
  end
end
for i = first_status, #KEYS do
  local at = 3 * items + 4 + 3 * (i - first_status)
  write_status(KEYS[i], ARGV[at], ARGV[at + 1], ARGV[at + 2]) --@status
end
return time
