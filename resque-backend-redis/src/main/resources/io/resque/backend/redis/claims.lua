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
-- number at its beginning. A plugin that accepts nothing but `1` gets that, and this value then stands in a key of ours beside it, which ends at the
-- same time. Keys follow from claims, so the callers cannot name them. Only jobs that have locks need these functions, so they are made
-- only then, and once: a script has one namespace.
-- A lock that cannot be changed, since a right is missing or the server is full, must not keep a job from its end: so these are pcalls.
local made
local function locks_in(namespace)
  if made then
    return made
  end
  local time = now()
  local plugins = { '^lock:.', '^loner:lock:.', '^lonely_job:.', '^workerslock:.', '^loners:queue:.', '^solo:queue:.' }
  local own = {}
  made = own

  -- What is known of a lock by its name; nil if no lock of ours has it.
  local function named(name)
    if string.find(name, '^java:lock:.') then --@lock_prefix
      return { key = namespace .. name }
    end
    for i, plugin in ipairs(plugins) do
      if string.find(name, plugin) then --@plugin_prefix
        return {
          key = namespace .. name, plugin = true, exists = i == 4, --@exists
          beside = i > 4 and namespace .. 'java:lock:' .. name --@stands_beside
        }
      end
    end
  end

  -- The owner, and the locks: kind, seconds, key, whether a plugin of another library has it, whether it is held whatever stands in it, and the
  -- key beside it. Of a key that no lock of ours has, nothing is done.
  local function read(claim)
    local owner, rest = string.match(claim, '^(%w+)(;.+)$')
    local locks = {}
    for kind, seconds, name in string.gmatch(rest or '', ';([qrd])(%d+)%+?%d*:([^;]+)') do
      name = string.gsub(name, '%%(%x%x)', function(hex)
        return string.char(tonumber(hex, 16))
      end)
      local lock = named(name)
      if lock then
        lock.kind, lock.seconds = kind, tonumber(seconds)
        locks[#locks + 1] = lock
      end
    end
    return owner, locks
  end

  -- What stands beside a lock, if both keys end together: otherwise another program has taken the lock since.
  local function text_beside(lock)
    local text, left, also = redis.pcall('GET', lock.beside), redis.pcall('PTTL', lock.key), redis.pcall('PTTL', lock.beside)
    return type(text) == 'string' and type(left) == 'number' and type(also) == 'number'
      and math.abs(left - also) < 50 and text or 'of another program' --@ends_together
  end

  -- Who holds a lock; nil if nobody does. It has no owner if another program wrote it, and is unreadable if it is no text.
  local function look(lock)
    local text = redis.pcall('GET', lock.key)
    if not text then
      return nil
    elseif type(text) == 'table' then --@foreign_lock
      return { unreadable = true }
    elseif lock.beside then
      if text ~= '1' then --@exactly_one
        return nil
      end
      text = text_beside(lock)
    end
    local expiry = tonumber(string.match(text, '^%d+'))
    if expiry and expiry <= time and not lock.exists then --@lock_expired
      return nil
    end
    local kind, state, since, owner, worker = string.match(text, '^%d+ java:(%l)(%l) (%d+) (%w+) ?(.*)$')
    return { kind = kind, state = state, owner = owner, worker = worker, expiry = expiry, since = since }
  end

  local function write(lock, owner, state, expiry, worker, since)
    local left = string.format('%.0f', expiry - time)
    redis.pcall('SET', lock.beside or lock.key, string.format('%.0f java:%s%s %.0f %s', expiry, lock.kind, state, since or time, owner)
      .. (worker and ' ' .. worker or ''), 'EX', left) --@lock_value
    if lock.beside then
      redis.pcall('SET', lock.key, '1', 'EX', left) --@plugin_value
    end
  end

  local function free(lock)
    redis.pcall('DEL', lock.key)
    if lock.beside then
      redis.pcall('DEL', lock.beside) --@free_beside
    end
  end

  -- Whether a job that is due at that second holds this lock. Schedulers of Ruby and Node drop a job if they find the lock of its plugin held
  -- when they move it, so it must not be the lock of that job.
  local function waits_with(lock, second)
    return lock.kind ~= 'r' and not (lock.plugin and second > time) --@not_running
  end

  -- The state of a job's lock that is due at that second, and when it ends.
  local function queued(lock, owner, second)
    write(lock, owner, second > time and 'd' or 'q', math.max(second, time) + lock.seconds)
  end

  -- What keeps the locks of a claim from being written, or nil.
  function own.forbidden(claim)
    local _, locks = read(claim)
    for _, lock in ipairs(locks) do
      local wrong = not_allowed('SET', lock.key) or lock.beside and not_allowed('SET', lock.beside) --@claim_right
      if wrong then
        return wrong
      end
    end
    return nil
  end

  -- Whether a job can be pushed: 1, or 0 if another has one of its locks, or 2 if it was pushed before. `taken` has the keys that jobs before
  -- it take, and gets those of this one. `is_gone` says of an owner whether its job is not on the queue.
  function own.can_push(claim, taken, is_gone, second)
    local owner, locks = read(claim)
    local answer = 1
    for _, lock in ipairs(locks) do
      if waits_with(lock, second) then --@asks_for_lock
        local holder = look(lock)
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
        taken[lock.key] = taken[lock.key] or waits_with(lock, second)
      end
    end
    return answer
  end

  function own.push(claim, second)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      if waits_with(lock, second) then
        queued(lock, owner, second) --@push_lock
      end
    end
  end

  -- Of a delayed job that goes onto its queue. A move refuses nothing.
  function own.move(claim)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      if lock.plugin and lock.kind ~= 'r' and not look(lock) then --@free_at_move
        queued(lock, owner, time) --@move_lock
      end
    end
  end

  -- Whether a job that waits has the lock. It took it once it had ended, so it keeps no job that was accepted before from its run.
  local function waits(holder)
    return holder.state == 'q' or holder.state == 'd'
  end

  -- Whether another program has the lock of a plugin that guards the queue, too. That plugin keeps no job from its run.
  local function is_no_hindrance(lock, holder)
    return lock.plugin and lock.kind == 'd' and not holder.owner and not holder.unreadable --@no_hindrance
  end

  -- Whether a run can begin. A lock of the same owner that another worker has is that of an equal payload.
  function own.can_begin(claim, worker)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = lock.kind ~= 'q' and look(lock)
      if holder and not is_no_hindrance(lock, holder) and not waits(holder) and (holder.owner ~= owner or holder.worker ~= worker) then --@refused_run
        return false
      end
    end
    return true
  end

  -- `adopts` says that the payload names no locks: then the lock that another program has written for a plugin is that of this job.
  function own.begin(claim, worker, keep, adopts)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = look(lock)
      local mine = holder and (holder.owner == owner or adopts and lock.plugin and not holder.owner and not holder.unreadable) --@adopts
      if lock.kind == 'q' then
        if mine then --@free_queued_owner
          free(lock) --@free_queued
        end
      elseif not holder or mine then --@waits_without
        write(lock, owner, 'r', time + math.max(lock.seconds, keep), worker) --@begin_lock
      end
    end
  end

  -- Of a job that runs: its locks stand so long from now on.
  function own.renew(claim, worker, keep)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = lock.kind ~= 'q' and look(lock)
      if holder and holder.worker == worker and holder.expiry < time + keep then --@renew_worker
        write(lock, owner, 'r', time + keep, worker, holder.since) --@renew
      end
    end
  end

  -- Of a job that waits in the list of a limit: a look at its queue must not find that it is gone.
  function own.wait(claim)
    local owner, locks = read(claim)
    for _, lock in ipairs(locks) do
      local holder = look(lock)
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
      local holder = look(lock)
      local mine = holder and holder.owner == owner --@release_owner
      if mine and holder.state == 'r' and holder.worker ~= worker then --@run_of_another
        mine = false
      elseif second and waits_with(lock, second) and (mine or not holder) then --@runs_again
        queued(lock, owner, second)
      elseif mine then
        free(lock) --@free
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
      local holder = look(lock)
      if holder and holder.owner == owner and holder.state == 'r' and holder.worker == worker then --@leftover_owner
        free(lock) --@leftover
      end
    end
  end

  return own
end
