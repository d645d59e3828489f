-- with clock.lua types.lua sessions.lua stand_in.lua records.lua
-- Reads what is known of workers.
-- KEYS: workers, workers:heartbeat, sessions, oversize, then for each worker: attributes, record, started
-- ARGV: bytes of the largest record that is given, bytes of records after which further workers are left for later,
--       then the worker ids
-- Answers the seconds, then for each worker that is not left for later: registered 0|1, record, started, heartbeat, the held job or
-- false, the attributes, 0 without a session, 1 with one, 2 with one that names a job. A larger record is answered as recover.lua would leave it.
local is_set, is_hash = not not_a('set', KEYS[1]), {}
for i = 2, 3 do
  is_hash[i] = not not_a('hash', KEYS[i])
end
local answer, bytes = { string.format('%.0f', now()) }, 0
local largest, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
for i = 3, #ARGV do
  local at = 4 + 3 * (i - 3)
  local record, started = text_of(KEYS[at + 2]), text_of(KEYS[at + 3]) --@texts
  local attributes = redis.pcall('HGETALL', KEYS[at + 1])
  local session = is_hash[3] and redis.call('HGET', KEYS[3], ARGV[i])
  local held = held_job(session, record)
  if #(record or '') > largest or held and #held[4] > largest then --@too_large
    local small
    small, held = made_small(record or '', held, KEYS[4])
    record = record and small --@small
  end
  answer[#answer + 1] = {
    is_set and redis.call('SISMEMBER', KEYS[1], ARGV[i]) or 0, record or false, started and string.sub(started, 1, 1000) or false,
    is_hash[2] and redis.call('HGET', KEYS[2], ARGV[i]), held or false, attributes.err and {} or attributes, --@seen
    session and (string.find(session, '^%d+ ', 49) and 2 or 1) or 0
  }
  bytes = bytes + (record and #record or 0)
  if bytes > limit then
    return answer
  end
end
return answer
