-- with clock.lua
-- Steps of workers, one or many, each worker in it once: each settles a job, reserves the next, or both. An error of
-- one step does not touch the others. Keys that all steps need are read at once and written at once, since a command has its price.
-- KEYS: pause-all-workers, stat:processed, stat:failed, failed_queues, sessions, oversize, paused-queues, then for each
--       subscription its queues and the slots of those with a limit, then for each step: record, stat:processed of this worker,
--       and the keys of its effects
-- ARGV: bytes of payloads after which further steps are left for later, or 0 for a lone step that must do nothing at all
--       unless there is a job; number of subscriptions,
--       for each subscription: number of queues, text before and after a payload, bytes of the largest payload that is
--       given, and for each queue with a limit a blank, which queue, a colon and the limit, for each queue the head of the
--       record,
--       then for each step: token, step, worker id, number of the job to settle or '', what there is to be done, and the
--       arguments of its effects. What there is to be done, in few bytes since each argument has its price: 0 + which
--       subscription or 0 to reserve nothing, only while the record stands 0|1, the letters of the effects of the settle
-- Answers the seconds, then for each step -1 lost, 0 no job, 2 paused, 3 no job but perhaps in a paused or full queue, 10 +
-- which queue of the subscription with the payload, 1 with number, queue key, seconds, payload of a job that is held already,
-- -2 with an error, -3 if it and all behind it were left for later, or -4 if nothing was settled because the record is gone.
if ARGV[1] == '0' and redis.call('EXISTS', unpack(KEYS, 8, 7 + tonumber(ARGV[3]))) == 0 then
  return { 0, 0 }
end
local sub, byte = string.sub, string.byte
local seconds = now()
local limit, last = tonumber(ARGV[1]), #ARGV --@arguments

-- A table begins as large as one step needs it, and what few steps need is made by a function when one needs it: to let a
-- table grow, or to make a function, has its price in every run.
local subscriptions, nothing = { nil }, {}
local first_key, first_arg = 8, 3
for i = 1, tonumber(ARGV[2]) do
  local count, keys = tonumber(ARGV[first_arg]), first_key - 1
  local max, limits = tonumber(ARGV[first_arg + 3]), nil
  first_key = first_key + count
  if not max then
    limits = {}
    max = tonumber(string.match(ARGV[first_arg + 3], '%d+'))
    for which, most in string.gmatch(ARGV[first_arg + 3], ' (%d+):(%d+)') do
      limits[tonumber(which)] = { slots = KEYS[first_key], most = tonumber(most) } --@limits
      first_key = first_key + 1
    end
  end
  subscriptions[i] = { count = count, keys = keys, args = first_arg, max = max,
    wanted = 0, looked = 1, queue = 1, ready = nothing, limits = limits } --@first_queue
  first_arg = first_arg + 4 + count
end

-- What failures, statuses, retries and limits need.
local function with_effects()
  -- with types.lua status.lua rights.lua claims.lua limits.lua effects.lua
  local known = with_slots(known_effects(nil, nil, KEYS[3], KEYS[4]))
  local applied = {} -- the number, key and argument of each step whose effects are written

  local function settle(i, k, a, to)
    if to.recorded and redis.call('EXISTS', KEYS[k]) == 0 then --@recorded
      return 'record gone' --@record_gone
    end
    if to.effects then
      local wrong = refusal(to.effects, k + 2)
      if wrong then
        return wrong --@wrong_list
      end
      apply(to.effects, k + 2, a + 5)
      local n = #applied
      applied[n + 1], applied[n + 2], applied[n + 3] = i, k, a
    end
    return nil
  end

  return {
    of = function(letters)
      return effects_of(letters, known)
    end,
    settle = function(i, k, a, to)
      local done, wrong = pcall(settle, i, k, a, to)
      return not done and type(wrong) ~= 'table' and { err = tostring(wrong) } or wrong
    end,
    applied = applied,
  }
end
local effecting

local plans = {} -- what there is to be done, which many steps say alike
local ids, counters = { nil }, { nil, nil, nil }
local count, k, a = 0, first_key, first_arg
while a <= last do
  local what = ARGV[a + 4]
  local to = plans[what]
  if not to then
    -- The processed counters are not applied one by one: what all steps add to the common one is one command.
    local letters, processed = sub(what, 3), 0
    local effects, wrong = nil, nil
    if letters == 'p' then
      processed = 1
    elseif letters ~= '' then
      letters, processed = string.gsub(letters, 'p', '')
      effecting = effecting or with_effects()
      effects, wrong = effecting.of(letters)
      if wrong then
        return wrong
      end
    end
    to = { queues = subscriptions[byte(what, 1) - 48], recorded = byte(what, 2) == 49, processed = processed, effects = effects,
      retries = effects and string.find(letters, '[dl]'), keys = 2 + (effects and effects.keys or 0),
      args = 5 + (effects and effects.args or 0) }
    plans[what] = to
  end
  count = count + 1
  ids[count], counters[count] = ARGV[a + 2], KEYS[k + 1]
  k, a = k + to.keys, a + to.args
end

local sessions = redis.call('HMGET', KEYS[5], unpack(ids, 1, count))
counters[count + 1], counters[count + 2] = KEYS[1], KEYS[7]
local counts = redis.call('MGET', unpack(counters, 1, count + 2))
local paused = counts[count + 1]
paused = paused and string.lower(string.match(paused, '^%s*(.-)%s*$')) == 'true' --@pause

-- The job that each holds, '' for none, nil if its registration is lost.
local held, processed, effects_follow = { nil }, 0, false
local first, first_step
k, a = first_key, first_arg
for i = 1, count do
  local session, to = sessions[i], plans[ARGV[a + 4]]
  if session and sub(session, 1, 16) == ARGV[a] and sub(session, 17, 32) < ARGV[a + 1] then --@own_step
    local job, queues = sub(session, 33, 48), to.queues
    held[i] = job
    if not first then
      first, first_step = i, ARGV[a] .. ARGV[a + 1]
    end
    local settles = job ~= '' and job == ARGV[a + 3] --@settles_at_first
    if settles and to.effects then
      effects_follow = true
    elseif settles and not to.recorded then
      processed = processed + to.processed
    end
    if queues and (settles or job == '') then
      queues.wanted = queues.wanted + 1
    end
  end
  a = a + to.args
end
-- The first write: a server that is full or read-only refuses here, before anything has been taken. Before effects it is a
-- session: if the server refused to note that a job has ended, each attempt would write its effects again.
local noted
local is_counted = processed > 0 and not effects_follow and type(redis.pcall('INCRBY', KEYS[2], processed)) == 'number' --@processed
if first and not is_counted then
  processed, noted = 0, first_step .. sub(sessions[first], 33)
  local refused = redis.pcall('HSET', KEYS[5], ids[first], noted) --@first_write
  if type(refused) == 'table' then
    return refused
  end
end

-- The keys of the paused queues; nil if none is.
local paused_queues
if counts[count + 2] then
  paused_queues = {}
  for name in string.gmatch(counts[count + 2], '[^\n]+') do
    paused_queues[sub(KEYS[7], 1, -19) .. 'queue:' .. name] = true --@paused_queues
  end
end

-- What queues with a limit need. A slot counts as long as the session of its owner holds the job for which it was taken, so
-- nothing is wrong if nobody frees it.
local function with_limits()
  -- with types.lua
  local given = {} -- in this call: their sessions are not written yet

  -- Frees the slots that count no more, and tells how many are left.
  local function look(slots)
    local all, ids = redis.call('HGETALL', slots), {}
    for i = 1, #all, 2 do
      ids[#ids + 1] = all[i]
    end
    local sessions, stale = redis.call('HMGET', KEYS[5], unpack(ids)), {}
    for i = 1, #ids do
      local session = sessions[i] or ''
      if not given[slots .. ids[i]] and sub(session, 1, 16) .. sub(session, 33, 48) ~= all[2 * i] then --@slot_counts
        stale[#stale + 1] = ids[i]
      end
    end
    if stale[1] then
      redis.call('HDEL', slots, unpack(stale))
    end
    return #ids - #stale
  end

  return {
    -- Takes a slot for the step whose arguments begin there, before its job: a full server refuses here. Answers whether there
    -- is one (nil if the queue is full), or an error.
    take = function(limit, a)
      local slots, id = limit.slots, ARGV[a + 2]
      local wrong = not_a('hash', slots)
      if wrong then
        return wrong
      end
      if redis.call('HEXISTS', slots, id) == 0 and redis.call('HLEN', slots) >= limit.most and look(slots) >= limit.most then --@full
        return nil
      end
      local refused = redis.pcall('HSET', slots, id, ARGV[a] .. ARGV[a + 1]) --@takes_slot
      if type(refused) == 'table' then
        return refused
      end
      redis.call('EXPIRE', slots, 604800) --@slots_expire
      given[slots .. id] = true
      return true
    end,
    -- Frees the slot of the job that a step has settled, unless it took the next job from the same queue.
    free = function(queues, session, a, taken)
      local queue = string.match(session, '^%d+ %d+ %d+%S* (.*)$', 49)
      for which, limit in pairs(queues.limits) do
        if KEYS[queues.keys + which] == queue and which ~= taken then
          redis.pcall('HDEL', limit.slots, ARGV[a + 2]) --@frees_slot
        end
      end
    end,
  }
end
local limiting

-- Takes a job off the first queue that has one, or a few for the steps behind as well. How large they are is seen too late:
-- so not many at once, and only if they are like those before.
local pops = { nil, limit = limit, bytes = 0, largest = nil, one_by_one = nil }
local function take(queues, a)
  if queues.looked == 0 then
    queues.queue, queues.looked = 1, 1 --@looks_again
  end
  while queues.queue <= queues.count do --@queues
    local queue = KEYS[queues.keys + queues.queue]
    local few = pops.largest and not pops.one_by_one
      and math.max(1, math.min(8, queues.wanted, math.floor((pops.limit - pops.bytes) / pops.largest))) or 1
    local taken
    if paused_queues and paused_queues[queue] then --@paused_queue
      queues.passed, few = true, 0 --@tells_of_pause
    end
    if few > 0 and queues.limits and queues.limits[queues.queue] then
      local fine, got = true, false
      if redis.call('EXISTS', queue) == 1 then
        fine, got = pcall(limiting.take, queues.limits[queues.queue], a) --@slot_refused
      end
      if not fine or type(got) == 'table' then
        return type(got) == 'table' and got or { err = tostring(got) }
      end
      few = got and 1 or 0
      queues.passed = queues.passed or got == nil --@tells_of_full
    end
    if few > 1 then --@several
      taken = redis.pcall('LPOP', queue, few) --@pop_several
      pops.one_by_one = taken and taken.err
    end
    if few == 1 or few > 1 and pops.one_by_one then
      taken = redis.pcall('LPOP', queue) --@pop
    end
    if type(taken) == 'string' then
      taken = { taken, at = 1, queue = queue }
    end
    -- A key of another type counts as empty. Anything else, such as a missing permission, must be told.
    if taken and not taken.err then
      taken.at, taken.queue = 1, queue -- which is the next to be given away, and where it came from
      queues.ready, pops[#pops + 1] = taken, taken
      return nil
    elseif taken and not string.find(taken.err, 'WRONGTYPE', 1, true) then
      return taken
    end
    queues.queue = queues.queue + 1 --@next_queue
    -- Passes over queues that do not exist, many at once: to ask each for a job takes ten times as long.
    while queues.queue > queues.looked and queues.queue < queues.count do
      queues.looked = math.min(queues.queue + 63, queues.count)
      if redis.pcall('EXISTS', unpack(KEYS, queues.keys + queues.queue, queues.keys + queues.looked)) ~= 0 then
        break
      end
      queues.queue = queues.looked + 1 --@passed_over
    end
  end
  return nil
end

-- Puts back what was taken and not given away, or all. The last first, so that the order stays, of many subscriptions as well.
local function put_back(pops, all)
  for i = #pops, 1, -1 do
    for job = #pops[i], all and 1 or pops[i].at, -1 do
      redis.call('LPUSH', pops[i].queue, pops[i][job])
    end
  end
end

-- Whether others could not read a record around it: Ruby reads 100 levels. Where fewer brackets open there are fewer levels,
-- and that costs little to see. What nests only behind the first 16 KiB is not looked for, so that no step takes long.
local function is_deep(payload)
  local text = #payload > 16384 and string.sub(payload, 1, 16384) or payload
  local find, openings = string.find, 0
  for _, bracket in ipairs({ '[', '{' }) do
    local at = 0
    while at and openings < 100 do
      at = find(text, bracket, at + 1, true)
      openings = openings + (at and 1 or 0)
    end
  end
  if openings < 100 then
    return false
  end
  -- Brackets in text open nothing. Patterns, since to look at each byte takes longer.
  text = string.gsub(text, '\\.', '')
  text = string.gsub(text, '"[^"]*"?', '') --@quoted
  text = string.gsub(text, '[^%[%]{}]+', '')
  local byte, depth = string.byte, 0
  for i = 1, #text do
    local found = byte(text, i)
    depth = depth + ((found == 91 or found == 123) and 1 or -1)
    if depth > 99 then --@depth
      return true
    end
  end
  return false
end

-- What a payload needs that is held already, that is too large, or that is no JSON object.
local function with_payloads()
  -- with types.lua sessions.lua stand_in.lua
  local aside = {} -- the fields of the payloads that are kept
  return {
    aside = aside,
    shown = shown,
    held = function(session, record)
      return held_job(session, text_of(record))
    end,
    -- Keeps the bytes of a payload that is too large, and gives what stands in for it; nil and why not.
    set_aside = function(payload, a)
      local field = ARGV[a] .. ARGV[a + 1]
      local kept = redis.pcall('HSET', KEYS[6], field, payload) --@aside
      if type(kept) == 'table' then
        return nil, { err = (string.match(kept.err, '%u+') or 'ERR') .. ' a payload of ' .. #payload
          .. ' bytes cannot be set aside in ' .. KEYS[6] .. ', which must be a hash: ' .. kept.err }
      end
      aside[#aside + 1] = field
      return stand_in(payload, KEYS[6], field)
    end,
  }
end
local unusual

local answers, states, texts, gone = { seconds, nil, nil }, { nil, nil }, { nil, nil, nil, nil }, {}
local added
local answered, changed, written, counted, left = 1, 0, 0, 0, false
local place, head, job_head, time -- what stands before a payload of this queue in the record and in the session
k, a = first_key, first_arg
for i = 1, count do
  local to, job, answer, more = plans[ARGV[a + 4]], held[i], nil, nil
  local queues, record = to.queues, KEYS[k]
  left = left or pops.bytes > limit and not (queues and queues.ready[queues.ready.at])
  if left then
    answer = -3
  elseif not job then --@lost
    answer = -1
  else
    local session, held_session, settles, wrong = nil, sessions[i], job ~= '' and job == ARGV[a + 3], nil --@settles
    if settles and (to.effects or to.recorded) then
      effecting = effecting or with_effects()
      wrong = effecting.settle(i, k, a, to)
      if to.retries and not wrong then
        for each = 1, #subscriptions do
          subscriptions[each].looked = 0 -- the retry, or a job that got a slot, can stand on any queue
        end
      end
    end
    if settles and to.processed > 0 and not wrong then --@counts
      -- One more by its last digit, since to make text of a number takes long. INCRBY looks at anything else: a counter that
      -- somebody made into something else must not keep a job from being settled.
      local counter = to.processed == 1 and counts[i]
      local digit = counter and byte(counter, -1)
      if digit and digit >= 48 and digit < 57 and not string.find(counter, '%D') then
        texts[written + 1], texts[written + 2] = KEYS[k + 1], sub(counter, 1, -2) .. string.char(digit + 1) --@plus_one
        written = written + 2
      else
        redis.pcall('INCRBY', KEYS[k + 1], to.processed) --@incr
        added = added or {}
        added[#added + 1] = { KEYS[k + 1], to.processed }
      end
      counted = counted + to.processed
    end
    local still = queues and job ~= '' and not settles --@still
    if still then
      unusual = unusual or with_payloads()
      still = unusual.held(sessions[i], record)
    end
    if still and #still[4] > queues.max then --@held_too_large
      local small
      small, wrong = unusual.set_aside(still[4], a)
      if small then
        still[4] = small
        if still[5] == 0 then
          held_session = sub(held_session, 1, 48) .. still[3] .. ' 0 ' .. #small .. still[7] .. ' ' .. still[2] .. small
        else
          local text = redis.call('GET', record)
          texts[written + 1], texts[written + 2] = record, sub(text, 1, still[5] - 1) .. small .. sub(text, #text - still[6] + 1) --@held_record
          written = written + 2
        end
      end
    end
    local keeps = wrong or still or not queues and not settles
    local payload, popped_bytes
    if queues and not keeps and not paused then
      if not queues.ready[queues.ready.at] then
        limiting = limiting or queues.limits and with_limits()
        wrong = take(queues, a)
      end
      payload = queues.ready[queues.ready.at]
      popped_bytes = payload and #payload
      if payload and popped_bytes > queues.max then --@too_large
        unusual = unusual or with_payloads()
        payload, wrong = unusual.set_aside(payload, a)
      end
    end
    if payload then
      local which, text = queues.queue, payload
      if place ~= queues.keys + which then
        place = queues.keys + which
        local before, after = ARGV[queues.args + 1], ARGV[queues.args + 2]
        time = time or civil(seconds) .. 'Z' --@time
        head = ARGV[queues.args + 3 + which] .. time .. before --@head
        job_head = string.format('%d %d %d ', seconds, #head + 1, #after) .. KEYS[place]
      end
      if byte(payload, 1) == 123 and byte(payload, -1) == 125 and not (#payload >= 200 and is_deep(payload)) then --@object
        session = ARGV[a] .. ARGV[a + 1] .. ARGV[a + 1] .. job_head
      else
        -- Not a JSON object, or too deep: others must be able to read the record, so it holds a string of what it looks like.
        unusual = unusual or with_payloads()
        text = unusual.shown(sub(payload, 1, 1000)) --@shown
        session = ARGV[a] .. ARGV[a + 1] .. ARGV[a + 1] .. seconds .. ' 0 ' .. #payload .. ' ' .. KEYS[place] .. payload --@beside
      end
      texts[written + 1], texts[written + 2] = record, head .. text .. ARGV[queues.args + 2] --@record
      written = written + 2 --@record
      queues.ready.at, queues.wanted = queues.ready.at + 1, queues.wanted - 1
      pops.bytes, pops.largest = pops.bytes + popped_bytes, math.max(pops.largest or 1, popped_bytes)
      answer, more = 10 + which, payload
    else
      session = ARGV[a] .. ARGV[a + 1]
      if keeps then
        session = session .. sub(held_session, 33)
      elseif job ~= '' then
        gone[#gone + 1] = record --@gone
      end
      if wrong == 'record gone' then
        answer = -4
      elseif wrong then
        answer, more = -2, string.match(wrong.err, '%-(%u+ .*)') or wrong.err -- before Redis 7 it stands behind the line
      elseif still then
        answers[answered + 1], answers[answered + 2], answers[answered + 3] = 1, still[1], still[2]
        answered, answer, more = answered + 3, still[3], still[4]
        pops.bytes = pops.bytes + #still[4] -- it is in the reply, too
      else
        answer = queues and (paused and 2 or queues.passed and 3) or 0
      end
    end
    if settles and not wrong and queues and queues.limits then
      limiting = limiting or with_limits()
      limiting.free(queues, held_session, a, payload and queues.queue)
    end
    if session ~= noted then
      states[changed + 1], states[changed + 2] = ids[i], session
      changed = changed + 2
    end
  end
  answered = answered + 1
  answers[answered] = answer
  if more then
    answered = answered + 1
    answers[answered] = more
  end
  k, a = k + to.keys, a + to.args
end

-- The sessions first: after a refusal they can be written again as they were, and a record cannot.
local refused = changed > 0 and redis.pcall('HSET', KEYS[5], unpack(states, 1, changed))
if type(refused) ~= 'table' and written > 0 then
  refused = redis.pcall('MSET', unpack(texts, 1, written)) --@write
end
if type(refused) == 'table' and refused.err then
  -- A right was taken away since the worker registered: nothing was reserved, and a job whose effects are written has ended.
  put_back(pops, true)
  if unusual and unusual.aside[1] then
    redis.pcall('HDEL', KEYS[6], unpack(unusual.aside))
  end
  if processed > 0 then
    redis.pcall('INCRBY', KEYS[2], -processed)
  end
  for i = 1, added and #added or 0 do
    redis.pcall('INCRBY', added[i][1], -added[i][2])
  end
  for i = 1, count do
    if held[i] then
      redis.pcall('HSET', KEYS[5], ids[i], sessions[i])
    end
  end
  local applied = effecting and effecting.applied or {}
  for n = 1, #applied, 3 do
    local k, a = applied[n + 1], applied[n + 2]
    local counts = plans[ARGV[a + 4]].processed
    redis.pcall('HSET', KEYS[5], ids[applied[n]], ARGV[a] .. ARGV[a + 1])
    redis.pcall('DEL', KEYS[k])
    if counts > 0 then
      redis.pcall('INCRBY', KEYS[2], counts)
      redis.pcall('INCRBY', KEYS[k + 1], counts)
    end
  end
  return refused
end
put_back(pops, false) -- what was taken for steps that failed, or were left
if counted ~= processed then
  redis.pcall('INCRBY', KEYS[2], counted - processed)
end
if gone[1] then -- last, since this can be refused: the jobs have ended, and are counted
  redis.call('DEL', unpack(gone))
end
return answers
