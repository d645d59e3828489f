-- Renews the heartbeat of registered workers.
-- KEYS: workers, workers:heartbeat, then the sessions
-- ARGV: seconds a session may live, then for each session: worker id, token
-- Answers the indexes, from 0, of those that are lost; a session that somebody made into another type is.
local text = civil(now()) .. '+00:00'
local lost = {}
for i = 3, #KEYS do
  local id, token = ARGV[2 * i - 4], ARGV[2 * i - 3]
  if redis.pcall('HGET', KEYS[i], 'token') == token and redis.call('SISMEMBER', KEYS[1], id) == 1 then
    redis.call('HSET', KEYS[2], id, text)
    redis.call('EXPIRE', KEYS[i], ARGV[1])
  else
    lost[#lost + 1] = i - 3
  end
end
return lost
