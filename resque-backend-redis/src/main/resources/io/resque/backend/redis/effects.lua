-- Needs clock.lua, types.lua, status.lua, rights.lua and claims.lua.

-- What can follow when a job ends or goes back, by the letter that stands for it in a list such as `rpfs`. Each effect says how
-- many keys and arguments it has. Its `check` reads only, and gives an error or nil. Its `apply` cannot fail because of the type
-- of a key, and from Redis 7 on not because of a missing right. A script asks for all checks before its first write, and makes
-- a write that a full or read-only server refuses before the first `apply`.
--   p  adds one to the processed counters
--   f  adds one to the failed counters. KEYS: stat:failed of the worker
--   r  appends a failure record. KEYS: its list. ARGV: the record, its name in failed_queues or ''
--   s  changes a status. KEYS: the status. ARGV: state, result, expiry or ''
--   d  gives the job another run, as a delayed item or, if its second is due, on its queue at once. KEYS: the list of the second,
--      the set of the item's seconds, the queue, delayed_queue_schedule, queues, the counter. ARGV: second, item, name of the
--      queue, payload, 1 if this counts as a retry
--   u  changes the locks of the job. ARGV: namespace, claim, the second at which it is due again or '' if it has ended for good,
--      id of the worker
--   l  see limits.lua
--   n  notes a retry. KEYS: the counter, the failure and the due second of its name. ARGV: run, second, seconds after which it expires
--      then, failure or ''
--   m  the retry was moved. KEYS: the due second of its name
--   e  the job has no further run. KEYS: as for n
-- A counter or failed_queues that somebody made into something else must not keep a job from its end, so these are pcalls.
local function known_effects(processed, own_processed, failed, failed_queues)
  -- Jobs that end together need the same keys, and no effect gives a key another type. So a key is asked for once in a run.
  local fine, announced = {}, {}
  return {
    p = { keys = 0, args = 0,
      apply = function()
        redis.pcall('INCR', processed) --@effect_processed
        redis.pcall('INCR', own_processed) --@effect_own_processed
      end },
    f = { keys = 1, args = 0,
      apply = function(k)
        redis.pcall('INCR', failed) --@effect_failed
        redis.pcall('INCR', KEYS[k]) --@effect_own_failed
      end },
    r = { keys = 1, args = 2,
      check = function(k)
        local list = KEYS[k]
        local wrong = not fine[list] and (not_a('list', list) --@list_type
          or not_allowed('RPUSH', list)) --@list_right
        fine[list] = not wrong
        return wrong or nil
      end,
      apply = function(k, a)
        redis.call('RPUSH', KEYS[k], ARGV[a]) --@append
        local name = ARGV[a + 1]
        if name ~= '' and not announced[name] then
          redis.pcall('SADD', failed_queues, name) --@failed_queues
          announced[name] = true
        end
      end },
    s = { keys = 1, args = 3,
      check = function(k)
        return not_allowed('SET', KEYS[k]) --@status_right
      end,
      apply = function(k, a)
        -- Before Redis 7 a status that the user may not write is left alone, as is one of another type.
        pcall(write_status, KEYS[k], ARGV[a], ARGV[a + 1], ARGV[a + 2]) --@effect_status
      end },
    d = { keys = 6, args = 5,
      check = function(k)
        -- Both places, since the second can become due between the check and the write.
        local names = KEYS[k] .. ' ' .. KEYS[k + 2]
        local wrong = not fine[names] and (
          not_a('list', KEYS[k]) or not_a('list', KEYS[k + 2]) or not_a('zset', KEYS[k + 3]) --@retry_types
          or not_allowed('RPUSH', KEYS[k]) or not_allowed('RPUSH', KEYS[k + 2]) or not_allowed('ZADD', KEYS[k + 3])) --@retry_rights
        fine[names] = not wrong
        return wrong or nil
      end,
      apply = function(k, a)
        if tonumber(ARGV[a]) <= now() then --@retry_due
          local queue = KEYS[k + 2] -- its key, since a list of failures can have the name of a queue
          if not announced[queue] then
            redis.pcall('SADD', KEYS[k + 4], ARGV[a + 2]) --@retry_announce
            announced[queue] = true
          end
          redis.call('RPUSH', KEYS[k + 2], ARGV[a + 3]) --@retry_at_once
        else
          redis.call('ZADD', KEYS[k + 3], ARGV[a], ARGV[a]) --@retry_schedule
          redis.call('RPUSH', KEYS[k], ARGV[a + 1]) --@retry_item
          redis.pcall('SADD', KEYS[k + 1], 'delayed:' .. ARGV[a]) --@retry_mark
        end
        if ARGV[a + 4] == '1' then --@retry_counts
          redis.pcall('INCR', KEYS[k + 5]) --@retry_count
        end
      end },
    u = { keys = 0, args = 4,
      apply = function(_, a)
        locks_in(ARGV[a]).release(ARGV[a + 1], tonumber(ARGV[a + 2]), ARGV[a + 3]) --@effect_locks
      end },
    n = { keys = 3, args = 4,
      apply = function(k, a)
        local wait = ARGV[a + 1] - now()
        local expiry = string.format('%.0f', math.max(0, wait) + ARGV[a + 2]) --@note_expiry
        redis.pcall('SET', KEYS[k], ARGV[a], 'EX', expiry) --@note_run
        if ARGV[a + 3] ~= '' then
          redis.pcall('SET', KEYS[k + 1], ARGV[a + 3], 'EX', expiry) --@note_failure
        end
        if wait > 0 then --@note_waits
          redis.pcall('SET', KEYS[k + 2], ARGV[a + 1], 'EX', expiry) --@note_due
        else
          redis.pcall('DEL', KEYS[k + 2]) --@note_at_once
        end
      end },
    m = { keys = 1, args = 0,
      apply = function(k)
        redis.pcall('DEL', KEYS[k]) --@note_moved
      end },
    e = { keys = 3, args = 0,
      apply = function(k)
        redis.pcall('DEL', KEYS[k], KEYS[k + 1], KEYS[k + 2]) --@note_ended
      end },
  }
end

-- The effects of these letters in their order, with the numbers of their keys and arguments; or nil and an error.
local function effects_of(letters, known)
  local effects = { keys = 0, args = 0 }
  for i = 1, #letters do
    local effect = known[string.sub(letters, i, i)]
    if not effect then
      return nil, redis.error_reply('ERR the effect ' .. string.sub(letters, i, i)
        .. ' is unknown to this script; nothing was written')
    end
    effects[i] = effect
    effects.keys, effects.args = effects.keys + effect.keys, effects.args + effect.args
  end
  return effects
end

-- The error of the first check that refuses, of effects whose keys begin there.
local function refusal(effects, k)
  for i = 1, #effects do
    local wrong = effects[i].check and effects[i].check(k)
    if wrong then
      return wrong
    end
    k = k + effects[i].keys
  end
  return nil
end

local function apply(effects, k, a)
  for i = 1, #effects do
    effects[i].apply(k, a)
    k, a = k + effects[i].keys, a + effects[i].args
  end
end
