-- Steps of workers, one or many: each settles a job, reserves the next, or both. What one of them meets does not touch
-- the others.
-- KEYS: workers, pause-all-workers, stat:processed, stat:failed, failed_queues, then the queues of each subscription,
--       then for each step: session, record, the same two counters of this worker, status, a list for each failure
-- ARGV: bytes of payloads after which further steps are left for later, number of subscriptions,
--       for each subscription: number of queues, text before and after a payload, for each queue the head of the record,
--       then for each step: token, step, worker id, which subscription or 0 to reserve nothing, number of the job to
--       settle or '', processed 0|1, failed 0|1, status state or '', result, expiry or '', number of failures, for each
--       failure its record and its name in failed_queues or ''
-- Answers for each step -1 lost, 0 no job, 2 paused, 1 with number, queue key, seconds, payload, -2 with an error,
-- or -3 if it was left for later.
local seconds = now()
local time = civil(seconds) .. 'Z'
local since = string.format('%.0f', seconds)
local processed, failed, popped = 0, 0, 0
local paused

local function is_paused()
  if paused == nil then
    local pause = redis.pcall('GET', KEYS[2])
    paused = type(pause) == 'string' and string.lower(string.match(pause, '^%s*(.-)%s*$')) == 'true'
  end
  return paused
end

-- Adds to a counter. One that somebody made into something else must not keep a job from being settled; a server that is
-- full or read-only must.
local function count(key)
  local counted = redis.pcall('INCR', key)
  if type(counted) == 'table' and not string.find(counted.err, 'WRONGTYPE', 1, true)
      and not string.find(counted.err, 'ERR ', 1, true) then
    return counted
  end
  return nil
end

local function settle(k, a, failures)
  for i = 1, failures do
    local wrong = not_a_list(KEYS[k + 4 + i])
    if wrong then
      return wrong
    end
  end
  for i = 1, failures do
    redis.call('RPUSH', KEYS[k + 4 + i], ARGV[a + 9 + 2 * i])
    if ARGV[a + 10 + 2 * i] ~= '' then
      redis.pcall('SADD', KEYS[5], ARGV[a + 10 + 2 * i])
    end
  end
  if ARGV[a + 5] == '1' then
    local wrong = count(KEYS[k + 2])
    if wrong then
      return wrong
    end
    processed = processed + 1
  end
  if ARGV[a + 6] == '1' then
    failed = failed + 1
    redis.pcall('INCR', KEYS[k + 3])
  end
  if ARGV[a + 7] ~= '' then
    write_status(KEYS[k + 4], ARGV[a + 7], ARGV[a + 8], ARGV[a + 9])
  end
  return nil
end

local function reserve(queues, session, record, number)
  for i = 1, queues.count do
    local queue = KEYS[queues.keys + i]
    local payload = redis.pcall('LPOP', queue)
    if type(payload) == 'string' then
      popped = popped + #payload
      local head = ARGV[queues.heads + i] .. time .. queues.before
      if string.byte(payload, 1) == 123 and string.byte(payload, -1) == 125 then
        redis.call('SET', record, head .. payload .. queues.after)
        redis.call('HSET', session, 'step', number, 'held', number, 'queue', queue, 'since', since,
          'from', #head + 1, 'tail', #queues.after)
      else
        -- Not a JSON object: others must be able to read the record, so it holds a string of what it looks like.
        local shown = string.gsub(string.sub(payload, 1, 1000), '[\128-\255]', '?')
        forget_job(session, record)
        redis.call('SET', record, head .. cjson.encode(shown) .. queues.after)
        redis.call('HSET', session, 'step', number, 'held', number, 'queue', queue, 'since', since, 'apart', payload)
      end
      return { 1, number, queue, since, payload }
    end
    -- A key of another type counts as empty. Anything else, such as a missing permission, must be told.
    if type(payload) == 'table' and not string.find(payload.err, 'WRONGTYPE', 1, true) then
      return payload
    end
  end
  return { 0 }
end

local function step(k, a, failures, queues, member)
  local session, record = KEYS[k], KEYS[k + 1]
  local state = redis.call('HMGET', session, 'token', 'step', 'held', 'from')
  if state[1] ~= ARGV[a] or member == 0 or tonumber(ARGV[a + 1]) <= tonumber(state[2]) then
    return { -1 }
  end
  local held = state[3]
  local settles = ARGV[a + 4] ~= '' and held == ARGV[a + 4]
  -- The first write: a server that is full or read-only refuses here, before anything has been taken. To count is one.
  local noted = not settles or failures > 0 or ARGV[a + 5] ~= '1'
  if noted then
    redis.call('HSET', session, 'step', ARGV[a + 1])
  end

  local old = false
  if settles then
    local wrong = settle(k, a, failures)
    if wrong then
      return wrong
    end
    held, old = nil, true
    if not state[4] then
      forget_job(session, record) -- it was kept apart, where the next one is not
    end
  end

  if queues and held then
    local job = held_job(session, record)
    if job then
      return { 1, job[1], job[2], job[3], job[4] }
    end
    old = true
  end
  local next = { 0 }
  if queues then
    next = is_paused() and { 2 } or reserve(queues, session, record, ARGV[a + 1])
  end
  if next[1] ~= 1 then -- which else is written over
    if old then
      forget_job(session, record)
    end
    if not noted then
      redis.call('HSET', session, 'step', ARGV[a + 1])
    end
  end
  return next
end

local subscriptions = {}
local k, a = 6, 3
for i = 1, tonumber(ARGV[2]) do
  local count = tonumber(ARGV[a])
  subscriptions[i] = { count = count, keys = k - 1, heads = a + 2, before = ARGV[a + 1], after = ARGV[a + 2] }
  k, a = k + count, a + 3 + count
end

local limit = tonumber(ARGV[1])
local steps, ids = {}, {}
while a <= #ARGV do
  local failures = tonumber(ARGV[a + 10])
  steps[#steps + 1] = { k = k, a = a, failures = failures }
  ids[#ids + 1] = ARGV[a + 2]
  k, a = k + 5 + failures, a + 11 + 2 * failures
end
local members = redis.pcall('SMISMEMBER', KEYS[1], unpack(ids))
local answers = {}
for i, each in ipairs(steps) do
  local answer = { -3 }
  if popped <= limit then
    local member = members[i] or redis.call('SISMEMBER', KEYS[1], ids[i]) -- as it is asked before Redis 6.2
    local done, result = pcall(step, each.k, each.a, each.failures, subscriptions[tonumber(ARGV[each.a + 3])], member)
    answer = result
    if not done or result.err then
      local text = type(result) == 'table' and result.err or tostring(result)
      answer = { -2, string.match(text, '%-(%u+ .*)') or text } -- before Redis 7 it stands behind the script's line
    end
  end
  answers[i] = answer
end
if processed > 0 then
  redis.pcall('INCRBY', KEYS[3], processed)
end
if failed > 0 then
  redis.pcall('INCRBY', KEYS[4], failed)
end
return answers
