-- Renews the heartbeat of registered workers.
-- KEYS: workers, workers:heartbeat, sessions, then the attributes of each
-- ARGV: seconds attributes may live, then for each session: worker id, token
-- Answers the indexes, from 0, of those that are lost; a session that somebody made into something else is.
local text = civil(now()) .. '+00:00'
local lost = {}
for i = 4, #KEYS do
  local id, token = ARGV[2 * i - 6], ARGV[2 * i - 5]
  local session = redis.call('HGET', KEYS[3], id)
  if session and string.sub(session, 1, 16) == token and redis.call('SISMEMBER', KEYS[1], id) == 1 then
    redis.call('HSET', KEYS[2], id, text)
    if not not_a('hash', KEYS[i]) then
      redis.call('EXPIRE', KEYS[i], ARGV[1])
    end
  else
    lost[#lost + 1] = i - 4
  end
end
return lost
