-- with clock.lua types.lua sessions.lua rights.lua claims.lua
-- Renews the heartbeat of workers whose sessions exist, and writes their keys again that other programs have removed.
-- KEYS: workers, workers:heartbeat, sessions, then for each session: attributes, started, and java:slots:NAME of each slot that it has
-- ARGV: seconds attributes may live, namespace, then for each session: worker id, token, started, number of its slots, number of
--       its job, seconds that a slot lasts, how many arguments its attributes are, and these: name, value
-- Answers the indexes, from 0, of the lost sessions. A session is lost, too, if another program has changed its text.
local wrong = not_a('hash', KEYS[2]) or not_a('hash', KEYS[3])
if wrong then
  return wrong
end
local text = civil(now()) .. '+00:00' --@time
local seconds = now()
local lost = {}
local at, i, index = 3, 4, 0
while i < #KEYS do --@each
  local id, last, slots = ARGV[at], at + 6 + ARGV[at + 6], tonumber(ARGV[at + 3])
  local session = redis.call('HGET', KEYS[3], id)
  if session and string.sub(session, 1, 16) == ARGV[at + 1] then --@registered
    redis.call('HSET', KEYS[2], id, text)
    redis.pcall('SADD', KEYS[1], id) --@id
    redis.call('SET', KEYS[i + 1], ARGV[at + 2], 'NX') --@started
    local keep, claim = begun_with(session)
    if claim then
      locks_in(ARGV[2]).renew(claim, id, tonumber(keep)) --@renews
    end
    if not not_a('hash', KEYS[i]) then --@attributes_type
      if last > at + 6 then --@attributes
        redis.call('HSET', KEYS[i], unpack(ARGV, at + 7, last))
      end
      redis.call('EXPIRE', KEYS[i], ARGV[1]) --@attributes_expire
    end
    for slot = i + 2, i + 1 + slots do -- one that was freed meanwhile is not taken again
      redis.pcall('ZADD', KEYS[slot], 'XX', seconds + ARGV[at + 5], id .. ' ' .. ARGV[at + 4]) --@renews_slot
      local left = redis.pcall('TTL', KEYS[slot])
      if type(left) == 'number' and left <= tonumber(ARGV[at + 5]) then --@keeps_longer
        redis.pcall('EXPIRE', KEYS[slot], ARGV[at + 5] + 1) --@renews_slots
      end
    end
  else
    lost[#lost + 1] = index --@lost
  end
  at, i, index = last + 1, i + 2 + slots, index + 1
end
return lost
