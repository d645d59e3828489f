-- Needs types.lua and stand_in.lua.

-- A record with another payload in place of the one that it holds from there on, up to so many bytes before its end.
local function with_payload(text, from, tail, payload)
  return string.sub(text, 1, from - 1) .. payload .. string.sub(text, #text - tail + 1)
end

-- What is too large of a worker, whichever library's, made small: its record, the job that its session holds, where the
-- payload begins in the record; and the payload, with the name under which it is to be kept: no other record has it.
local function made_small(text, held, hash)
  local from, tail, payload
  local ours = held ~= nil
  if ours then
    payload, from, tail = held[4], held[5], held[6]
  else
    -- As all libraries write it. Of any other text the whole is kept.
    from = string.match(text, '^{[^{]-"payload":(){')
    if from and string.sub(text, -2) == '}}' then
      tail = 1
    elseif from then
      local rest = string.match(string.sub(text, -2000), '^.*}(,"%w+":"[^"\\]*"})$')
      from, tail = rest and from, rest and #rest
    end
    payload = from and string.sub(text, from, #text - tail) or text
  end
  local name = redis.sha1hex(from == 0 and text .. payload or text)
  local small = stand_in(payload, hash, name)
  if ours then
    held = { held[1], held[2], held[3], small }
  end
  if not from then
    text = small
  elseif from > 0 then
    text = with_payload(text, from, tail, small)
  end
  return text, held, payload, name
end

-- Removes keys that are of the type which we give them; of any other they are somebody else's.
local function remove(kind, ...)
  for _, key in ipairs({ ... }) do
    if redis.call('TYPE', key).ok == kind then --@removable
      redis.call('DEL', key)
    end
  end
end

-- Nil if we know the format of the sessions. One that a newer version has written must be left alone.
local function not_our_format(sessions)
  local wrong = not_a('hash', sessions)
  if wrong then
    return wrong
  end
  local format = redis.call('HGET', sessions, 'format')
  if format and format ~= '1' then --@newer_format
    return redis.error_reply('ERR ' .. sessions .. ' has the format ' .. string.sub(format, 1, 20)
      .. ' of a newer version of this library, and this version knows format 1; nothing was written, so update this program')
  end
  return nil
end

-- The last session takes the format with it.
local function remove_session(sessions, id)
  redis.call('HDEL', sessions, id)
  if redis.call('HLEN', sessions) == 1 then
    redis.call('HDEL', sessions, 'format') --@last_session
  end
end
