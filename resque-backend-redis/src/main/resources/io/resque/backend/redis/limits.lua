-- Needs clock.lua, types.lua and rights.lua.

-- Of a limit NAME there are
--   java:slots:NAME    sorted set: who has its slots, each with the second up to which that counts. An owner is the id of a worker
--                      and the number of its job, with a blank between; or `back `, the SHA-1 of a payload that was sent back to its
--                      queue, a blank, and a number, since payloads can be equal
--   java:limited:NAME  list: the jobs that wait for a slot. The bytes of the name of the queue, a colon, the name, the payload
--   java:limits        hash: NAME to the number of slots, while jobs wait

-- So many seconds a slot is kept for a job that was sent back: until then a worker must have taken the job.
local OFFER = 30

-- So many jobs are sent back at most in one go, so that no script takes long. The next look sends back the others.
local MOST_SENT = 64

local function offer_name(payload)
  return 'back ' .. redis.sha1hex(payload) .. ' '
end

local function offers_of(slots, name)
  local number = 0
  while redis.call('ZSCORE', slots, name .. number + 1) do --@equal_offers
    number = number + 1
  end
  return number
end

-- Gives a slot to an owner for so many seconds. The key ends with the last of them.
local function give(slots, owner, seconds, lasts)
  redis.call('ZADD', slots, seconds + lasts, owner)
  if redis.call('TTL', slots) <= lasts then
    redis.call('EXPIRE', slots, lasts + 1) --@limit_slots_expire
  end
end

-- The names of the paused queues, each between two line feeds.
local function paused_queues(limits)
  local names = redis.pcall('GET', string.sub(limits, 1, -1 - #'limits') .. 'paused-queues')
  return type(names) == 'string' and '\n' .. names or ''
end

-- Frees the slots that count no longer, and sends the jobs that wait longest back to the heads of their queues, as many as
-- there are free slots. A job whose queue is paused goes back, too, but nobody will take it soon: it keeps no slot. A job whose queue has
-- another type keeps those behind it waiting.
local function send_back(name, slots, limited, limits, queues, prefix)
  local seconds = now()
  redis.call('ZREMRANGEBYSCORE', slots, '-inf', seconds - 1) --@slot_expired
  local most = tonumber(redis.call('HGET', limits, name) or '') or 0
  local free = math.min(most - redis.call('ZCARD', slots), MOST_SENT) --@free_slots
  local jobs, sent = free > 0 and redis.call('LRANGE', limited, 0, free - 1) or {}, 0
  local paused = jobs[1] and paused_queues(limits) or ''
  if paused ~= '' then
    jobs = redis.call('LRANGE', limited, 0, MOST_SENT - 1) --@behind_paused
  end
  for i = 1, #jobs do
    local length, from = string.match(jobs[i], '^(%d+):()')
    local queue = length and string.sub(jobs[i], from, from + length - 1)
    if not length or not_a('list', prefix .. queue) or not_allowed('LPUSH', prefix .. queue) then --@cannot_go_back
      break
    end
    local rests = string.find(paused, '\n' .. queue .. '\n', 1, true) --@rests
    if free == 0 and not rests then --@none_free
      break
    end
    free = rests and free or free - 1
    jobs[i], sent = { queue = queue, payload = string.sub(jobs[i], from + length), rests = rests }, i
  end
  for i = sent, 1, -1 do -- the last first, so that the order stays
    local job = jobs[i]
    redis.call('SADD', queues, job.queue) --@limited_announce
    redis.call('LPUSH', prefix .. job.queue, job.payload) --@limited_head
    if not job.rests then
      local offer = offer_name(job.payload)
      give(slots, offer .. offers_of(slots, offer) + 1, seconds, OFFER) --@offer
    end
  end
  if sent > 0 then
    redis.call('LTRIM', limited, sent, -1) --@sent
  end
  if redis.call('EXISTS', limited) == 0 then --@none_waits
    redis.call('HDEL', limits, name)
  end
end

-- An error if the user may not send one of the commands by which slots are freed and jobs sent back: none may be refused between the others.
local function may_not_send(slots, limited, limits, queues)
  local needed = {
    [slots] = { 'ZREM', 'ZADD', 'ZREMRANGEBYSCORE', 'ZCARD', 'ZSCORE', 'TTL', 'EXPIRE' },
    [limited] = { 'LRANGE', 'LTRIM', 'EXISTS' }, [limits] = { 'HGET', 'HDEL' }, [queues] = { 'SADD' },
  }
  for key, commands in pairs(needed) do
    for _, command in ipairs(commands) do
      local forbidden = not_allowed(command, key)
      if forbidden then
        return forbidden
      end
    end
  end
  return nil
end

-- Adds an effect to those of effects.lua: `l` frees the slot of a job in a limit. KEYS: java:slots:NAME, java:limited:NAME, java:limits,
-- queues. ARGV: name of the limit, who has the slot, what stands before the name of a queue in its key
local function with_slots(known)
  known.l = { keys = 4, args = 3,
    check = function(k)
      return not_a('zset', KEYS[k]) or not_a('list', KEYS[k + 1]) or not_a('hash', KEYS[k + 2]) or not_a('set', KEYS[k + 3]) --@slot_types
        or may_not_send(KEYS[k], KEYS[k + 1], KEYS[k + 2], KEYS[k + 3]) --@slot_rights
    end,
    apply = function(k, a)
      redis.call('ZREM', KEYS[k], ARGV[a + 1]) --@frees_limit_slot
      send_back(ARGV[a], KEYS[k], KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], ARGV[a + 2]) --@slot_goes_on
    end }
  return known
end
