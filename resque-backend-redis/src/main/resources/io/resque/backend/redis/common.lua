-- Comes before every script. Local functions only; each script says what KEYS and ARGV are.
-- A line that ends with --@name is a mutation point: WrongScripts breaks the line to prove that the compatibility kit
-- notices. If you change such a line, look at what WrongScripts makes of it.

-- The date and time, in UTC, of a number of seconds since the epoch. Uses remainders, since calls of math.floor are slower.
local function civil(seconds)
  local rest = seconds % 86400
  local z = (seconds - rest) / 86400 + 719468
  local doe = z % 146097
  local yoe = doe - (doe - doe % 1460) / 1460 + (doe - doe % 36524) / 36524 - (doe - doe % 146096) / 146096
  yoe = (yoe - yoe % 365) / 365
  local doy = doe - (365 * yoe + (yoe - yoe % 4) / 4 - (yoe - yoe % 100) / 100)
  local mp = 5 * doy + 2
  mp = (mp - mp % 153) / 153
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + (z - doe) / 146097 * 400 + (month <= 2 and 1 or 0)
  local days = 153 * mp + 2
  local minutes = rest % 3600
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d', year, month, doy - (days - days % 5) / 5 + 1,
    (rest - minutes) / 3600, (minutes - rest % 60) / 60, rest % 60)
end

local function now()
  return tonumber(redis.call('TIME')[1])
end

-- A session is a field of the hash java:sessions, whose name is the worker's id. Its text has these parts:
--   the token (16 bytes), and the number of the last step (16 digits);
--   while the session holds a job: the number of the job (16 digits), the time of its reservation in seconds, the position
--   in the worker's record where the payload begins, the number of bytes of the record after the payload; if the job has begun and
--   has locks, a comma, how many seconds they stand at least, `;` and its claim (claims.lua); and the key of the queue.
-- If the record could not hold the payload unchanged, the position is 0: then the payload stands after the key of the queue,
-- and the number is its length.
-- The field `format`, which is not an id, is the number of this format. It is 1; a missing field means 1, too.

-- The session of the worker args[3], if its token is args[1] and its last step is lower than args[2]; otherwise nil. Only
-- this library writes sessions, so the session alone says whether a request still owns its worker. Other programs remove
-- ids and records.
local function own_session(sessions, args)
  local session = redis.call('HGET', sessions, args[3])
  if not session or string.sub(session, 1, 16) ~= args[1] or args[2] <= string.sub(session, 17, 32) then --@own_session
    return nil
  end
  return session
end

-- Bytes as a JSON string that every library can read.
local function shown(bytes)
  return cjson.encode((string.gsub(bytes, '[\128-\255]', '?'))) --@ascii
end

-- The stand-in for a payload that is too large for the caller. It names the field of the hash java:oversize for the whole
-- payload, unless the hash is nil.
local function stand_in(payload, hash, field)
  local claim = string.match(payload, '^.*"java_lock"%s*:%s*"([^"\\]+)"') -- as in claims.lua: the locks must be freed with the job --@kept_claim
  local kept = hash and ',"kept_in":' .. cjson.encode(hash) .. ',"kept_as":"' .. field .. '"' or ''
  return '{"class":"OversizePayload","args":[],"size":' .. #payload .. kept .. ',"head":' .. shown(string.sub(payload, 1, 1000)) --@size
    .. ',"tail":' .. shown(string.sub(payload, -200)) .. (claim and ',"java_lock":"' .. claim .. '"' or '') .. '}'
end

-- The text of a key; nil if there is none, or it is of another type.
local function text_of(key)
  local text = redis.pcall('GET', key)
  return type(text) == 'string' and text or nil
end

-- Whether a pcall has failed, and not because of the type of the key: a missing right, for example.
local function is_refused(answer)
  return type(answer) == 'table' and answer.err and not string.find(answer.err, 'WRONGTYPE', 1, true)
end

-- The job that a session holds; `text` is the worker's record. Answers the number of the job, the key of its queue, the time
-- of its reservation, the payload, the last two numbers of the session (see above), and what stands behind them; nil if there is no job.
local function held_job(session, text)
  local since, from, tail, begun, queue = string.match(session or '', '^(%d+) (%d+) (%d+)(%S*) (.*)$', 49)
  if not since then
    return nil
  end
  local payload
  if from == '0' then
    payload = string.sub(queue, #queue - tail + 1)
    queue = string.sub(queue, 1, #queue - tail)
  else
    if not text then
      return nil
    end
    payload = string.sub(text, tonumber(from), -1 - tonumber(tail))
  end
  return { string.sub(session, 33, 48), queue, since, payload, tonumber(from), tonumber(tail), begun }
end

-- An error unless the key has the wanted type or does not exist. A script checks its keys before its first write, since an
-- error WRONGTYPE after that would leave the script half done.
local function not_a(wanted, key)
  local kind = redis.call('TYPE', key).ok
  if kind ~= wanted and kind ~= 'none' then
    return redis.error_reply('WRONGTYPE ' .. key .. ' is a ' .. kind .. ', not a ' .. wanted .. '; nothing was written')
  end
  return nil
end

-- The record is php-resque's: {"status":2,"updated":…,"started":…,"result":null}.
local function write_status(key, state, result, expiry)
  local old = redis.pcall('GET', key)
  if type(old) == 'table' and string.find(old.err, 'WRONGTYPE', 1, true) then --@foreign_status
    return 0 -- a key of another type is not a status, and is left alone
  elseif type(old) ~= 'string' then
    old = nil
  end
  if state ~= '1' then
    if not old then --@unknown_token
      return 0
    end
    local was = string.match(old, '"status":"?(%d+)') --@old_state
    if state == '2' and (was == '3' or was == '4') then --@after_the_end
      return 0
    end
  end
  local updated = string.format('%.0f', now()) --@updated
  local started = updated
  if state ~= '1' then --@keeps_start
    started = string.match(old, '"started":(%d+)') or string.match(old, '"updated":(%d+)') or updated --@old_start
  end
  local text = '{"status":' .. state .. ',"updated":' .. updated .. ',"started":' .. started .. ',"result":' .. result .. '}' --@status_text
  if expiry == '' then
    redis.call('SET', key, text) --@without_expiry
  else
    redis.call('SET', key, text, 'EX', expiry) --@with_expiry
  end
  return 1
end
