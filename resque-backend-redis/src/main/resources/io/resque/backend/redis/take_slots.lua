-- with clock.lua types.lua sessions.lua rights.lua claims.lua limits.lua
-- Takes slots for the held job, or moves it to the list of the first limit that has none free.
-- KEYS: sessions, record, queues, limits, then java:slots:NAME and java:limited:NAME of each limit, then the key of each rate
-- ARGV: token, step, worker id, number of the job, name of the queue, what stands before that in its key, payload in case that the
--       record is gone, or '', seconds that a slot lasts, number of limits, name and number of slots of each limit, then jobs and
--       milliseconds of each rate
-- Answers -1 lost, 0 taken, 1 waits, or the session does not hold the job; 2 still held: the record is gone, and no payload was
-- sent in its place. Or the second of its turn, as text.
local session = own_session(KEYS[1], ARGV)
if not session then --@slot_lost
  return -1
elseif string.sub(session, 33, 48) ~= ARGV[4] then --@slot_held
  return 1
end
local count = tonumber(ARGV[9])
local first_rate, first_rate_arg = 5 + 2 * count, 10 + 2 * count
local wrong = not_a('set', KEYS[3]) or not_a('hash', KEYS[4]) or not_allowed('SADD', KEYS[3]) or not_allowed('HSET', KEYS[4])
for i = 5, first_rate - 1, 2 do
  wrong = wrong or not_a('zset', KEYS[i]) or not_a('list', KEYS[i + 1]) --@limit_types
    or may_not_send(KEYS[i], KEYS[i + 1], KEYS[4], KEYS[3]) or not_allowed('RPUSH', KEYS[i + 1]) --@limit_rights
end
for i = first_rate, #KEYS do
  wrong = wrong or not_a('list', KEYS[i]) or not_allowed('RPUSH', KEYS[i])
end
if wrong then
  return wrong
end
-- The first write: a server that is full or read-only refuses here.
redis.call('HSET', KEYS[1], ARGV[3], ARGV[1] .. ARGV[2] .. string.sub(session, 33))
local held = held_job(session, text_of(KEYS[2]))
local payload = held and held[4] or ARGV[7] --@slot_payload
if payload == '' and not held then
  return 2 --@slot_still_held
end

local time = redis.call('TIME')
local instant = time[1] * 1000 + math.floor(time[2] / 1000)
local turn = tonumber(string.match(session, '^%d+ %d+ %d+@(%d+)', 49)) --@has_turn
-- An answer was lost that had told the turn.
if turn and turn > instant then --@turn_ahead
  return string.format('%.0f', math.ceil(turn / 1000))
end
local owner = ARGV[3] .. ' ' .. ARGV[4]
local offer, seconds = offer_name(payload), now()
local offers, has, full = {}, false, nil
for i = 1, count do
  local slots = KEYS[3 + 2 * i]
  offers[i] = offers_of(slots, offer)
  has = has or redis.call('ZSCORE', slots, owner) and true --@has
  if not full and not has and offers[i] == 0 --@offered
      and (redis.call('ZCARD', slots) >= tonumber(ARGV[9 + 2 * i]) --@slot_full
        or redis.call('EXISTS', KEYS[4 + 2 * i]) == 1) then --@behind_others
    full = i
  end
end

local function free_offers()
  for i = 1, count do
    if offers[i] > 0 then
      redis.call('ZREM', KEYS[3 + 2 * i], offer .. offers[i]) --@unused_offer
      send_back(ARGV[8 + 2 * i], KEYS[3 + 2 * i], KEYS[4 + 2 * i], KEYS[4], KEYS[3], ARGV[6])
    end
  end
end

if full then
  redis.call('RPUSH', KEYS[4 + 2 * full], #ARGV[5] .. ':' .. ARGV[5] .. payload) --@waits
  redis.call('HSET', KEYS[4], ARGV[8 + 2 * full], ARGV[9 + 2 * full]) --@slot_limits
  redis.call('HSET', KEYS[1], ARGV[3], ARGV[1] .. ARGV[2]) --@slot_frees
  redis.call('DEL', KEYS[2]) --@slot_record
  local claim = claim_of(payload)
  if claim then
    locks_in(string.sub(ARGV[6], 1, -1 - #'queue:')).wait(claim) --@limited_locks
  end
  free_offers()
  -- A slot that another end left free, while others waited.
  send_back(ARGV[8 + 2 * full], KEYS[3 + 2 * full], KEYS[4 + 2 * full], KEYS[4], KEYS[3], ARGV[6]) --@goes_on
  return 1
end
if not has and not turn and first_rate <= #KEYS then
  turn = instant
  for i = first_rate, #KEYS do
    local a = first_rate_arg + 2 * (i - first_rate)
    local oldest = redis.call('LINDEX', KEYS[i], -tonumber(ARGV[a])) --@slot_oldest
    if oldest then
      turn = math.max(turn, tonumber(oldest) + tonumber(ARGV[a + 1])) --@turn
    end
  end
  for i = first_rate, #KEYS do
    local a = first_rate_arg + 2 * (i - first_rate)
    redis.call('RPUSH', KEYS[i], string.format('%.0f', turn)) --@reserves
    redis.call('LTRIM', KEYS[i], -tonumber(ARGV[a]), -1) --@trims
    redis.call('PEXPIRE', KEYS[i], turn - instant + tonumber(ARGV[a + 1])) --@rate_expires
  end
  local before, rest = string.match(session, '^(%d+ %d+ %d+)(.*)$', 33)
  redis.call('HSET', KEYS[1], ARGV[3], ARGV[1] .. ARGV[2] .. before .. '@' .. string.format('%.0f', turn) .. rest) --@notes_turn
  if turn > instant then
    free_offers()
    return string.format('%.0f', math.ceil(turn / 1000)) --@slot_second
  end
end
for i = 1, count do
  if offers[i] > 0 and not has then
    redis.call('ZREM', KEYS[3 + 2 * i], offer .. offers[i]) --@takes_offer
  end
  give(KEYS[3 + 2 * i], owner, seconds, tonumber(ARGV[8])) --@takes
end
return 0
