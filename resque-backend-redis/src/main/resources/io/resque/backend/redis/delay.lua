-- with types.lua
-- Writes delayed items, or pushes the jobs that are due already, takes their locks, and writes the statuses that belong to them, all or nothing.
-- KEYS: queue, queues, delayed_queue_schedule, then for each item: the list of its second, the set of its seconds; then the
--       statuses
-- ARGV: name of the queue, number of items, 1 if no status may be there yet or 0, then for each item: second, item, payload;
--       then for each status: state, result, expiry or ''; and if jobs have locks, the namespace, and the claim of each job or ''.
--       Then there is a status for each job, or for none
-- Answers the time in seconds, or false if a status is there that may not; if jobs have locks, in place of the time a list of it, and for each job
-- 1 written, 0 refused, or 2 written by an earlier call.
local items = tonumber(ARGV[2])
local first_status = 4 + 2 * items
local first_claim = 3 * items + 4 + 3 * (#KEYS - first_status + 1)
local namespace = ARGV[first_claim]
local locks, answer, statuses = nil, {}, nil
if namespace then -- most jobs have no locks, and then nothing of this is made
  -- with clock.lua rights.lua claims.lua
  locks, statuses = locks_in(namespace), {}

  local owners, is_whole = {}, nil

  -- Notes the owners of the jobs near both ends of the queue, in as many bytes as take little time. Answers whether these are all.
  -- A producer may lack the rights to look.
  local function look_at_queue()
    local length = redis.pcall('LLEN', KEYS[1])
    if type(length) == 'table' then --@may_look
      return false
    end
    local bytes, at, last = 0, 0, math.min(length, 200)
    while at < last and bytes < 200000 do
      local from = at < 100 and at or length - last + at
      local part = redis.pcall('LRANGE', KEYS[1], from, from + math.min(10, last - at) - 1)
      if part.err then --@may_read
        return false
      end
      for _, element in ipairs(part) do
        local found = string.find(element, 'java_lock', 1, true)
        while found do -- also in a payload that stands in another
          owners[string.match(element, '^java_lock%W+(%w+)', found) or ''] = true --@stale_look
          found = string.find(element, 'java_lock', found + 1, true)
        end
        bytes = bytes + #element
      end
      at = at + 10
    end
    return at >= length --@whole_look
  end

  -- Whether the job of an owner is surely not on the queue. Many jobs of one push need one look.
  local function is_gone(owner)
    if is_whole == nil then
      is_whole = look_at_queue()
    end
    return is_whole and not owners[owner]
  end

  local wrong, taken = not_a('list', KEYS[1]), {}
  for i = 1, items do
    local claim = ARGV[first_claim + i]
    wrong = wrong or claim ~= '' and locks.forbidden(claim) --@claim_rights
    if wrong then
      return wrong
    end
    answer[i] = claim == '' and 1 or locks.can_push(claim, taken, is_gone) --@can_push
  end
  for i = first_status, #KEYS do
    statuses[#statuses + 1] = answer[i - first_status + 1] == 1 and KEYS[i] or nil --@status_of_refused
  end
end
if ARGV[3] == '1' then
  statuses = statuses or { unpack(KEYS, first_status) }
  if statuses[1] and redis.call('EXISTS', unpack(statuses)) > 0 then --@new_status
    return false
  end
end
local time = tonumber(redis.call('TIME')[1]) --@time
local some_due, some_delayed, list, wrong = false, false, nil, nil
for i = 1, items do
  if not locks or answer[i] == 1 then
    if tonumber(ARGV[3 * i + 1]) <= time then --@due
      some_due, ARGV[3 * i + 2] = true, false -- a job without an item is due
    else
      some_delayed = true
      if KEYS[2 * i + 2] ~= list then
        list = KEYS[2 * i + 2]
        wrong = wrong or not_a('list', list) --@list_type
      end
    end
  end
end
-- Otherwise the first write tells whether the schedule is one.
wrong = some_due and (not_a('list', KEYS[1]) or some_delayed and not_a('zset', KEYS[3])) or wrong --@types
if wrong then
  return wrong
end
-- An error in the first write leaves nothing behind.
if some_due then
  redis.call('SADD', KEYS[2], ARGV[1]) --@announce
end
for i = 1, items do
  if not locks or answer[i] == 1 then
    local second, item = ARGV[3 * i + 1], ARGV[3 * i + 2]
    if item then
      local added = 0
      added = redis.pcall('ZADD', KEYS[3], second, second) --@schedule
      if type(added) == 'table' then
        return not_a('zset', KEYS[3]) or added --@schedule_type
      end
      redis.call('RPUSH', KEYS[2 * i + 2], item) --@append
      redis.pcall('SADD', KEYS[2 * i + 3], 'delayed:' .. second) --@mark
    else
      redis.call('RPUSH', KEYS[1], ARGV[3 * i + 3]) --@push
    end
    if locks and ARGV[first_claim + i] ~= '' then
      locks.push(ARGV[first_claim + i], tonumber(second)) --@takes_locks
    end
  end
end
if first_status <= #KEYS then
  -- with clock.lua status.lua
  for i = first_status, #KEYS do
    if not locks or answer[i - first_status + 1] == 1 then
      local at = 3 * items + 4 + 3 * (i - first_status)
      write_status(KEYS[i], ARGV[at], ARGV[at + 1], ARGV[at + 2]) --@status
    end
  end
end
if locks then
  return { time, unpack(answer) }
end
return time
