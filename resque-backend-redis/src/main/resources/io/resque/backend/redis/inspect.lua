-- Reads what is known of workers.
-- KEYS: workers, workers:heartbeat, sessions, then for each worker: attributes, record, started
-- ARGV: the worker ids
-- Answers the seconds, then for each: registered 0|1, record, started, heartbeat, the held job or false, the attributes.
local answer = { string.format('%.0f', now()) }
local function text(key)
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and value
end
for i = 1, #ARGV do
  local attributes, record = KEYS[3 * i + 1], KEYS[3 * i + 2]
  answer[#answer + 1] = {
    redis.call('SISMEMBER', KEYS[1], ARGV[i]), text(record), text(KEYS[3 * i + 3]), redis.call('HGET', KEYS[2], ARGV[i]),
    held_job(redis.call('HGET', KEYS[3], ARGV[i]), record) or false, redis.call('HGETALL', attributes)
  }
end
return answer
