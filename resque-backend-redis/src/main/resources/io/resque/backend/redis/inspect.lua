-- Reads what is known of workers.
-- KEYS: workers, workers:heartbeat, then for each worker: session, record, started
-- ARGV: the worker ids
-- Answers the seconds, then for each: registered 0|1, record, started, heartbeat, the held job or false, the session.
local answer = { string.format('%.0f', now()) }
local function text(key)
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and value
end
for i = 1, #ARGV do
  local session, record = KEYS[3 * i], KEYS[3 * i + 1]
  answer[#answer + 1] = {
    redis.call('SISMEMBER', KEYS[1], ARGV[i]), text(record), text(KEYS[3 * i + 2]),
    redis.call('HGET', KEYS[2], ARGV[i]), held_job(session, record) or false, redis.call('HGETALL', session)
  }
end
return answer
