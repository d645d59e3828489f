-- A session is a field of the hash java:sessions, whose name is the worker's id. Its text has these parts:
--   the token (16 bytes), and the number of the last step (16 digits);
--   while the session holds a job: the number of the job (16 digits), the time of its reservation in seconds, the position
--   in the worker's record where the payload begins, the number of bytes of the record after the payload; if rates have reserved a
--   turn for the job, `@` and its milliseconds since the epoch; if the job has begun and has locks, a comma, how many seconds they
--   stand at least, `;` and its claim (claims.lua); and the key of the queue.
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

-- If the job of a session has begun and has locks: how many seconds they stand at least, and its claim.
local function begun_with(session)
  return string.match(session or '', '^%d+ %d+ %d+@?%d*,(%d+);(%S+) ', 49) --@begun_with
end

-- The job that a session holds; `text` is the worker's record. Answers the number of the job, the key of its queue, the time
-- of its reservation, the payload, the last two numbers of the session (see above), and what stands behind them; nil if there
-- is no job.
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
