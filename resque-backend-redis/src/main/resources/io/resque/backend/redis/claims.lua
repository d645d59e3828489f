-- Needs clock.lua and rights.lua.

-- The claim in a payload or an item; nil if it has none.
local function claim_of(payload)
  return string.find(payload, '"java_lock"', 1, true)
    and string.match(payload, '^.*"java_lock"%s*:%s*"([^"\\]+)"') or nil --@claim
end

-- The locks of unique jobs. A claim is an owner, then for each lock `;`, the letter of its kind, its seconds, perhaps `+` and the seconds
-- of a delay, `:`, and its key without namespace, in which %XX stands for a byte. The value of a lock is
--   EXPIRY java:KIND STATE SINCE OWNER WORKER
-- without the blank between kind and state; the state is q queued, d delayed or waiting for a limit, r running. All other programs read the
-- number at its beginning. Keys follow from claims, so the callers cannot name them. Only jobs that have locks need these functions, so they
-- are made only then, and once: a script has one namespace.
-- A lock that cannot be changed, since a right is missing or the server is full, must not keep a job from its end: so these are pcalls.
local made
local function locks_in(namespace)
  if made then
    return made
  end
  local time = now()
  local own = {}
  made = own

  -- The owner, and the locks: kind, seconds, key. Of a key that no lock of ours has, nothing is done.
  local function read(claim)
    local owner, rest = string.match(claim, '^(%w+)(;.+)$')
    local locks = {}
    for kind, seconds, name in string.gmatch(rest or '', ';([qrd])(%d+)%+?%d*:([^;]+)') do
      name = string.gsub(name, '%%(%x%x)', function(hex)
        return string.char(tonumber(hex, 16))
      end)
      if string.find(name, '^java:lock:.') then --@lock_prefix
        locks[#locks + 1] = { kind = kind, seconds = tonumber(seconds), key = namespace .. name }
      end
    end
    return owner, locks
  end

  -- Who holds a lock; nil if nobody does. It has no owner if another program wrote it.
  local function look(key)
    local text = redis.pcall('GET', key)
    if not text then
      return nil
    elseif type(text) == 'table' then --@foreign_lock
      return { foreign = true }
    end
    local expiry = tonumber(string.match(text, '^%d+'))
    if expiry and expiry <= time then --@lock_expired
      return nil
    end
    local kind, state, since, owner, worker = string.match(text, '^%d+ java:(%l)(%l) (%d+) (%w+) ?(.*)$')
    return { kind = kind, state = state, owner = owner, worker = worker, expiry = expiry, since = since }
  end

  local function write(lock, owner, state, expiry, worker, since)
    redis.pcall('SET', lock.key, string.format('%.0f java:%s%s %.0f %s', expiry, lock.kind, state, since or time, owner)
      .. (worker and ' ' .. worker or ''), 'EX', string.format('%.0f', expiry - time)) --@lock_value
  end

  -- The state of a job's lock that is due at that second, and when it ends.
  local function queued(lock, owner, second)
    write(lock, owner, second > time and 'd' or 'q', math.max(second, time) + lock.seconds)
  end

  -- What keeps the locks of a claim from being written, or nil.
  function own.forbidden(claim)
    local _, locks = read(claim)
    for _, lock in ipairs(locks) do
      local wrong = not_allowed('SET', lock.key) --@claim_right
      if wrong then
        return wrong
      end
    end
    return nil
  end

  -- Whether a job can be pushed: 1, or 0 if another has one of its locks, or 2 if it was pushed before. `taken` has the keys that jobs before
  -- it take, and gets those of this one. `is_gone` says of an owner whether its job is not on the queue.
  function own.can_push(claim, taken, is_gone)
    local owner, locks = read(claim)
    local answer = 1
    for _, lock in ipairs(locks) do
      if lock.kind ~= 'r' then --@not_running
        local holder = look(lock.key)
        if taken[lock.key] then --@taken_before
          return 0
        elseif holder and holder.owner == owner then --@pushed_before
          answer = 2
        elseif holder and not (holder.kind == 'q' and holder.state == 'q' and is_gone(holder.owner)) then --@refused_push
          return 0
        end
      end
    end
    if answer == 1 then
      for _, lock in ipairs(locks) do
        taken[lock.key] = lock.kind ~= 'r'
      end
    end
    return answer
  end

  function own.push(claim, second)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      if lock.kind ~= 'r' then
        queued(lock, owner, second) --@push_lock
      end
    end
  end

  -- Whether a job that waits has the lock. It took it once it had ended, so it keeps no job that was accepted before from its run.
  local function waits(holder)
    return holder.state == 'q' or holder.state == 'd'
  end

  -- Whether a run can begin. A lock of the same owner that another worker has is that of an equal payload.
  function own.can_begin(claim, worker)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = lock.kind ~= 'q' and look(lock.key)
      if holder and not waits(holder) and (holder.owner ~= owner or holder.worker ~= worker) then --@refused_run
        return false
      end
    end
    return true
  end

  function own.begin(claim, worker, keep)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = look(lock.key)
      if lock.kind == 'q' then
        if holder and holder.owner == owner then --@free_queued_owner
          redis.pcall('DEL', lock.key) --@free_queued
        end
      elseif not holder or holder.owner == owner then --@waits_without
        write(lock, owner, 'r', time + math.max(lock.seconds, keep), worker) --@begin_lock
      end
    end
  end

  -- Of a job that runs: its locks stand so long from now on.
  function own.renew(claim, worker, keep)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = lock.kind ~= 'q' and look(lock.key)
      if holder and holder.worker == worker and holder.expiry < time + keep then --@renew_worker
        write(lock, owner, 'r', time + keep, worker, holder.since) --@renew
      end
    end
  end

  -- Of a job that waits in the list of a limit: a look at its queue must not find that it is gone.
  function own.wait(claim)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = look(lock.key)
      if lock.kind == 'q' and holder and holder.owner == owner and holder.state == 'q' then --@waits_owner
        write(lock, owner, 'd', holder.expiry, nil, holder.since) --@waits_elsewhere
      end
    end
  end

  -- Of a job that has ended for good, or that is due again at a second. `worker` is the one that had it, or nil. A lock of the same owner
  -- with which another worker runs is that of an equal payload.
  function own.release(claim, second, worker)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = look(lock.key)
      local mine = holder and holder.owner == owner --@release_owner
      if mine and holder.state == 'r' and holder.worker ~= worker then --@run_of_another
        mine = false
      elseif second and lock.kind ~= 'r' and (mine or not holder) then --@runs_again
        queued(lock, owner, second)
      elseif mine then
        redis.pcall('DEL', lock.key) --@free
      end
    end
  end

  -- Of a payload that is taken away.
  function own.release_payload(payload)
    local claim = claim_of(payload)
    if claim then
      own.release(claim)
    end
  end

  -- Of a worker that is removed, or whose job goes back: what its session has noted, and nobody else has dealt with.
  function own.release_run(claim, worker)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = look(lock.key)
      if holder and holder.owner == owner and holder.state == 'r' and holder.worker == worker then --@leftover_owner
        redis.pcall('DEL', lock.key) --@leftover
      end
    end
  end

  return own
end
