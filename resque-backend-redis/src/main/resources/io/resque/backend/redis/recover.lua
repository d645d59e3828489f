-- with records.lua
-- Cleans up after a dead worker, if nothing has changed since it was inspected.
-- KEYS: attributes, record, workers, started, workers:heartbeat, stat:processed and stat:failed of this worker, queues,
--       queue, deaths, failed_queues, status, sessions, oversize, then a list for each failure, then the list in which another
--       library keeps the job beside the record
-- ARGV: worker id, registered 0|1, expected heartbeat or '', SHA-1 of the record or '', state of the failed status or '',
--       result, expiry, put back 0|1, queue, payload, '' or state of the waiting status with a blank and its expiry or '',
--       deaths allowed,
--       seconds a death is remembered, bytes of the largest record that inspect.lua gave, then for each failure its record
--       and its name in failed_queues or '', then SHA-1 of the job in that list or '', and 1 if the worker holds further jobs
-- Answers 0 changed, 1 removed, 2 failed, 3 put back.
local wrong = not_a('set', KEYS[3]) or not_a('hash', KEYS[5]) or not_a('hash', KEYS[13])
if wrong then
  return wrong
end
local id = ARGV[1]
local held = text_of(KEYS[2])
local seen, payload, name = held, ARGV[10], nil
local job = held_job(redis.call('HGET', KEYS[13], id), held)
if #(held or '') > tonumber(ARGV[14]) or job and #job[4] > tonumber(ARGV[14]) then
  seen, job, payload, name = made_small(held or '', job, KEYS[14])
end
if tostring(redis.call('SISMEMBER', KEYS[3], id)) ~= ARGV[2] --@registered
    or (redis.call('HGET', KEYS[5], id) or '') ~= ARGV[3] --@heartbeat
    or (held and redis.sha1hex(seen) or '') ~= ARGV[4] then --@record
  return 0
end
wrong = not_our_format(KEYS[13])
if wrong then
  return wrong
end
local failures = #KEYS - 15
local kept = ARGV[#ARGV - 1] ~= ''
if kept then -- the list's bytes count, whatever the record holds
  local copy = redis.pcall('LRANGE', KEYS[#KEYS], 0, 0)[1] or ''
  payload, name = ARGV[10], nil
  if #copy > tonumber(ARGV[14]) then
    payload, name = copy, redis.sha1hex(copy)
    copy = stand_in(copy, KEYS[14], name)
  end
  if redis.sha1hex(copy) ~= ARGV[#ARGV - 1] then --@copy
    return 0
  end
end
for i = 1, failures do
  local wrong = not_a('list', KEYS[14 + i])
  if wrong then
    return wrong
  end
end
for _, hash in ipairs({ KEYS[10], KEYS[14] }) do
  local wrong = not_a('hash', hash)
  if wrong then
    return wrong
  end
end
local outcome = 1
-- A record may hold no job.
if (held or kept) and (failures > 0 or ARGV[5] ~= '' or ARGV[8] == '1') then --@holds_a_job
  outcome = 2 --@outcome
  if ARGV[8] == '1' then
    local wrong = not_a('list', KEYS[9]) or not_a('set', KEYS[8]) --@types
    if wrong then
      return wrong
    end
    local digest = redis.sha1hex(payload) --@digest
    local deaths = 1 + (tonumber(redis.call('HGET', KEYS[10], digest) or '') or 0)
    if deaths < tonumber(ARGV[12]) then --@deaths_allowed
      redis.call('SADD', KEYS[8], ARGV[9]) --@announce
      redis.call('LPUSH', KEYS[9], payload) --@put_back
      -- Not before: an error in either leaves the job where it was, and it has died only once.
      redis.call('HSET', KEYS[10], digest, deaths)
      redis.call('EXPIRE', KEYS[10], ARGV[13]) --@deaths_expire
      if ARGV[11] ~= '' then --@waiting_status
        write_status(KEYS[12], string.sub(ARGV[11], 1, 1), 'null', string.sub(ARGV[11], 3))
      end
      outcome = 3
    else
      redis.call('HDEL', KEYS[10], digest) --@deaths_end
    end
  end
  if outcome == 2 then
    if name then
      redis.call('HSET', KEYS[14], name, payload) --@set_aside
    end
    for i = 1, failures do --@failures
      redis.call('RPUSH', KEYS[14 + i], ARGV[13 + 2 * i]) --@append
      if ARGV[14 + 2 * i] ~= '' then
        redis.pcall('SADD', KEYS[11], ARGV[14 + 2 * i]) --@failed_queues
      end
    end
    if ARGV[5] ~= '' then --@failed_status
      write_status(KEYS[12], ARGV[5], ARGV[6], ARGV[7])
    end
  end
end
if kept then
  redis.call('LPOP', KEYS[#KEYS]) --@remove_copy
end
if ARGV[#ARGV] == '1' then --@holds_more
  remove('string', KEYS[2]) --@remove_record
  return outcome
end
redis.call('SREM', KEYS[3], id) --@remove_id
redis.call('HDEL', KEYS[5], id) --@remove_heartbeat
remove_session(KEYS[13], id) --@remove_session
remove('hash', KEYS[1]) --@remove_attributes
remove('string', KEYS[2], KEYS[4], KEYS[6], KEYS[7]) --@remove_texts
return outcome
