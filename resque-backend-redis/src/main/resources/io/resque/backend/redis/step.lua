-- One step of a worker: settles a job, reserves the next, or both.
-- KEYS: session, record, workers, pause-all-workers, stat:processed, stat:failed, the same of this worker,
--       failed_queues, status, then a list for each failure, then the queues
-- ARGV: token, step, worker id, number of the job to settle or '', processed 0|1, failed 0|1,
--       status state or '', result, expiry or '', number of failures, number of queues or -1 to reserve nothing, text before and after a payload,
--       then for each failure its record and its name in failed_queues or '', then for each queue the head of the record
-- Answers -1 lost, 0 no job, 2 paused, or 1 with number, queue key, seconds, payload.
local session, record = KEYS[1], KEYS[2]
local state = redis.call('HMGET', session, 'token', 'step', 'held')
if state[1] ~= ARGV[1] or redis.call('SISMEMBER', KEYS[3], ARGV[3]) == 0 or tonumber(ARGV[2]) <= tonumber(state[2]) then
  return { -1 }
end
-- The first write: a server that is full or read-only refuses here, before anything has been taken.
redis.call('HSET', session, 'step', ARGV[2])

local failures, queues = tonumber(ARGV[10]), tonumber(ARGV[11])
local held = state[3]

if ARGV[4] ~= '' and held == ARGV[4] then
  for i = 1, failures do
    local wrong = not_a_list(KEYS[10 + i])
    if wrong then
      return wrong
    end
  end
  for i = 1, failures do
    redis.call('RPUSH', KEYS[10 + i], ARGV[12 + 2 * i])
    if ARGV[13 + 2 * i] ~= '' then
      redis.pcall('SADD', KEYS[9], ARGV[13 + 2 * i])
    end
  end
  -- A counter that somebody made into something else must not keep the job from being settled: pcall.
  if ARGV[5] == '1' then
    redis.pcall('INCR', KEYS[5])
    redis.pcall('INCR', KEYS[7])
  end
  if ARGV[6] == '1' then
    redis.pcall('INCR', KEYS[6])
    redis.pcall('INCR', KEYS[8])
  end
  if ARGV[7] ~= '' then
    write_status(KEYS[10], ARGV[7], ARGV[8], ARGV[9])
  end
  forget_job(session, record)
  held = nil
end

if queues < 0 then
  return { 0 }
end
if held then
  local job = held_job(session, record)
  if job then
    return { 1, job[1], job[2], job[3], job[4] }
  end
  forget_job(session, record)
end

local pause = redis.pcall('GET', KEYS[4])
if type(pause) == 'string' and string.lower(string.match(pause, '^%s*(.-)%s*$')) == 'true' then
  return { 2 }
end

for i = 1, queues do
  local queue = KEYS[10 + failures + i]
  local payload = redis.pcall('LPOP', queue)
  if type(payload) == 'string' then
    local seconds = now()
    local head = ARGV[13 + 2 * failures + i] .. civil(seconds) .. 'Z' .. ARGV[12]
    local since = string.format('%.0f', seconds)
    if string.byte(payload, 1) == 123 and string.byte(payload, -1) == 125 then
      redis.call('SET', record, head .. payload .. ARGV[13])
      redis.call('HSET', session, 'held', ARGV[2], 'queue', queue, 'since', since, 'from', #head + 1, 'tail', #ARGV[13])
    else
      -- Not a JSON object: others must be able to read the record, so it holds a string of what it looks like.
      local shown = string.gsub(string.sub(payload, 1, 1000), '[\128-\255]', '?')
      redis.call('SET', record, head .. cjson.encode(shown) .. ARGV[13])
      redis.call('HSET', session, 'held', ARGV[2], 'queue', queue, 'since', since, 'apart', payload)
    end
    return { 1, ARGV[2], queue, since, payload }
  end
  -- A key of another type counts as empty. Anything else, such as a missing permission, must be told.
  if type(payload) == 'table' and not string.find(payload.err, 'WRONGTYPE', 1, true) then
    return payload
  end
end
return { 0 }
