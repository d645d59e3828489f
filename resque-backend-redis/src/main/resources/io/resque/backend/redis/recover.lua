-- with clock.lua types.lua sessions.lua stand_in.lua status.lua records.lua rights.lua claims.lua limits.lua effects.lua
-- Cleans up after a dead worker, if nothing has changed since it was inspected.
-- KEYS: attributes, record, workers, started, workers:heartbeat, stat:processed and stat:failed of this worker, queues,
--       queue, deaths, failed_queues, the list in which another library keeps the job beside the record, sessions, oversize,
--       stat:processed, stat:failed, then the keys of the effects, then those of the effects of putting back
-- ARGV: worker id, registered 0|1, expected heartbeat or '', SHA-1 of the record or '', letters of the effects, letters of the
--       effects of putting back, SHA-1 of the job in the list of another library or '', put back 0|1, queue, payload, 1 if the
--       worker holds further jobs, deaths allowed, seconds a death is remembered and perhaps a blank and the SHA-1 by which it is
--       counted, bytes of the largest record that inspect.lua gave, namespace, then the arguments of the effects, then those of the
--       effects of putting back
-- Answers 0 changed, 1 removed, 2 failed, 3 put back.
local wrong = not_a('set', KEYS[3]) or not_a('hash', KEYS[5]) or not_a('hash', KEYS[13])
if wrong then
  return wrong
end
local id = ARGV[1]
local held = text_of(KEYS[2])
local session = redis.call('HGET', KEYS[13], id)
local seen, payload, name = held, ARGV[10], nil
local job = held_job(session, held)
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
local known = with_slots(known_effects(KEYS[15], KEYS[6], KEYS[16], KEYS[11]))
local ends, unknown = effects_of(ARGV[5], known)
local goes_back, unknown_too = effects_of(ARGV[6], known)
if unknown or unknown_too then
  return unknown or unknown_too
end
local kept = ARGV[7] ~= ''
if kept then -- the list's bytes count, whatever the record holds
  local copy = redis.pcall('LRANGE', KEYS[12], 0, 0)[1] or ''
  payload, name = ARGV[10], nil
  if #copy > tonumber(ARGV[14]) then
    payload, name = copy, redis.sha1hex(copy)
    copy = stand_in(copy, KEYS[14], name)
  end
  if redis.sha1hex(copy) ~= ARGV[7] then --@copy
    return 0
  end
end
wrong = refusal(ends, 17) or refusal(goes_back, 17 + ends.keys) or not_a('hash', KEYS[10]) or not_a('hash', KEYS[14]) --@check
if wrong then
  return wrong
end
-- If the server refused what ends the recovery, or a count of deaths, the next recovery would treat the same job again.
wrong = not_allowed('SREM', KEYS[3]) or not_allowed('HDEL', KEYS[13]) or not_allowed('DEL', KEYS[2]) --@rights
  or kept and not_allowed('LPOP', KEYS[12])
  or ARGV[8] == '1' and (not_allowed('HSET', KEYS[10]) or not_allowed('EXPIRE', KEYS[10])) --@death_rights
if wrong then
  return wrong
end
local outcome, ended = 1, nil
-- A record may hold no job.
if (held or kept) and (ARGV[5] ~= '' or ARGV[8] == '1') then --@holds_a_job
  outcome = 2 --@outcome
  if ARGV[8] == '1' then
    local wrong = not_a('list', KEYS[9]) or not_a('set', KEYS[8]) --@types
    if wrong then
      return wrong
    end
    local seconds, counted_as = string.match(ARGV[13], '^(%d+) ?(.*)$')
    local digest = counted_as ~= '' and counted_as or redis.sha1hex(payload) --@digest
    local deaths = 1 + (tonumber(redis.call('HGET', KEYS[10], digest) or '') or 0)
    if deaths < tonumber(ARGV[12]) then --@deaths_allowed
      redis.call('SADD', KEYS[8], ARGV[9]) --@announce
      redis.call('LPUSH', KEYS[9], payload) --@put_back
      -- Not before: an error in either leaves the job where it was, and it has died only once.
      redis.call('HSET', KEYS[10], digest, deaths)
      redis.call('EXPIRE', KEYS[10], seconds) --@deaths_expire
      apply(goes_back, 17 + ends.keys, 16 + ends.args) --@effects_of_putting_back
      outcome = 3
    else
      ended = digest
    end
  end
  if outcome == 2 then
    redis.call('SADD', KEYS[3], id) -- the first write, which a full server refuses: the id goes below --@first_write
    if ended then
      redis.call('HDEL', KEYS[10], ended) --@deaths_end
    end
    if name then
      redis.call('HSET', KEYS[14], name, payload) --@set_aside
    end
    apply(ends, 17, 16) --@effects
  end
end
if kept then
  redis.call('LPOP', KEYS[12]) --@remove_copy
end
if ARGV[11] == '1' then --@holds_more
  remove('string', KEYS[2]) --@remove_record
  if ARGV[2] == '0' then
    redis.call('SREM', KEYS[3], id)
  end
  return outcome
end
local _, claim = begun_with(session)
if claim then
  locks_in(ARGV[15]).release_run(claim, id) --@run_locks
end
redis.call('SREM', KEYS[3], id) --@remove_id
redis.call('HDEL', KEYS[5], id) --@remove_heartbeat
remove_session(KEYS[13], id) --@remove_session
remove('hash', KEYS[1]) --@remove_attributes
remove('string', KEYS[2], KEYS[4], KEYS[6], KEYS[7]) --@remove_texts
return outcome
