-- Comes before every script. Local functions only; each script says what KEYS and ARGV are.

-- Date and time of seconds since the epoch, in UTC.
local function civil(seconds)
  local floor = math.floor
  local days = floor(seconds / 86400)
  local rest = seconds - days * 86400
  local z = days + 719468
  local era = floor(z / 146097)
  local doe = z - era * 146097
  local yoe = floor((doe - floor(doe / 1460) + floor(doe / 36524) - floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + floor(yoe / 4) - floor(yoe / 100))
  local mp = floor((5 * doy + 2) / 153)
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d', year, month, doy - floor((153 * mp + 2) / 5) + 1,
    floor(rest / 3600), floor(rest % 3600 / 60), rest % 60)
end

local function now()
  return tonumber(redis.call('TIME')[1])
end

-- The job that a session holds: number, queue key, seconds, payload. The payload is cut out of the worker's record, or
-- was kept apart when the record could not hold it as it is. The field job holds: seconds, where in the record the payload
-- begins, how many bytes stand behind it, queue key.
local function held_job(session, record)
  local held = redis.call('HMGET', session, 'held', 'job', 'apart')
  if not held[1] then
    return nil
  end
  local since, from, tail, queue = string.match(held[2], '^(%d+) (%d+) (%d+) (.*)$')
  local payload = held[3]
  if not payload then
    local text = redis.call('GET', record)
    if not text then
      return nil
    end
    payload = string.sub(text, tonumber(from), -1 - tonumber(tail))
  end
  return { held[1], queue, since, payload }
end

local function forget_job(session, record)
  redis.call('DEL', record)
  redis.call('HDEL', session, 'held', 'job', 'apart')
end

-- WRONGTYPE in the middle of a script would leave half of it done, so lists are looked at first.
local function not_a_list(key)
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'list' and kind ~= 'none' then
    return redis.error_reply('WRONGTYPE ' .. key .. ' is a ' .. kind .. ', not a list; nothing was written')
  end
  return nil
end

-- The record is php-resque's: {"status":2,"updated":…,"started":…,"result":null}.
local function write_status(key, state, result, expiry)
  local old = redis.pcall('GET', key)
  if type(old) ~= 'string' then
    old = nil
  end
  if state ~= '1' then
    if not old then
      return 0
    end
    local was = string.match(old, '"status":"?(%d+)')
    if state == '2' and (was == '3' or was == '4') then
      return 0
    end
  end
  local updated = string.format('%.0f', now())
  local started = updated
  if state ~= '1' then
    started = string.match(old, '"started":(%d+)') or string.match(old, '"updated":(%d+)') or updated
  end
  local text = '{"status":' .. state .. ',"updated":' .. updated .. ',"started":' .. started .. ',"result":' .. result .. '}'
  if expiry == '' then
    redis.call('SET', key, text)
  else
    redis.call('SET', key, text, 'EX', expiry)
  end
  return 1
end
