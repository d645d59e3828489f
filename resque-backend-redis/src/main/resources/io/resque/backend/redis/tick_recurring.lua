-- with clock.lua types.lua status.lua rights.lua claims.lua effects.lua locks.lua
-- Makes ticks of recurring jobs whose entry and last run are as expected.
-- KEYS: persistent_schedules, delayed:last_enqueued_at, java:paused_schedules, queues, failed_queues, java:made_ticks, then the locks to
--       look at or to hold, as locks.lua has them, then all that the ticks name
-- ARGV: number of keys of locks, the value of locks that are ours, for how many seconds they are held or '', for how many seconds a
--       foreign one is noted, number of ticks; for each: name, the bytes of its entry, 1 if a last run is expected or 0, the expected last run, the new
--       last run, number of the key of a queue or 0, name of the queue, payload, letters of the effects, number of the first of their
--       keys, their arguments
-- Answers for each 1 made, 0 gone, 2 made without the push, since another job has its lock, or an error as text. While another library holds a lock, all are gone.
local a, answer = 6, {}
local unread, lock = held_lock(7, 6 + ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if unread then
  return unread
end
local readable, pausable = not not_a('hash', KEYS[1]), not not_a('set', KEYS[3])
local hash = not_a('hash', KEYS[2]) or not_allowed('HSET', KEYS[2])
local time = now()

-- Notes a tick that was made before the nine newest. Without the note the tick is made all the same.
local function note(name, run, pushed)
  local notes, kept = redis.pcall('HGET', KEYS[6], name), 1
  local text = run .. ' ' .. string.format('%.0f', time) .. ' ' .. (pushed and 1 or 0)
  for line in string.gmatch(type(notes) == 'string' and notes or '', '[^\n]+') do
    if kept < 10 then --@most_notes
      text, kept = text .. '\n' .. line, kept + 1
    end
  end
  redis.pcall('HSET', KEYS[6], name, text) --@note
end

for i = 1, tonumber(ARGV[5]) do
  local name, queue, key, arg = ARGV[a], KEYS[tonumber(ARGV[a + 5])], tonumber(ARGV[a + 9]), a + 10
  local effects, wrong = effects_of(ARGV[a + 8], known_effects(KEYS[5], KEYS[5], KEYS[5], KEYS[5]))
  if not effects then
    return wrong
  end
  if lock --@lock
    or not readable or redis.call('HGET', KEYS[1], name) ~= ARGV[a + 1] --@entry
    or pausable and redis.call('SISMEMBER', KEYS[3], name) == 1 --@paused
    or not hash and redis.call('HGET', KEYS[2], name) ~= (ARGV[a + 2] == '1' and ARGV[a + 3] or false) then --@last_run
    answer[i] = 0
  else
    local refused = hash or queue and (not_a('list', queue) or not_allowed('RPUSH', queue)) or refusal(effects, key) --@check
    local claim = queue and claim_of(ARGV[a + 7])
    local locks = claim and locks_in(string.sub(KEYS[1], 1, -1 - #'persistent_schedules'))
    local is_locked = false
    if locks and not refused then
      refused = locks.forbidden(claim)
      is_locked = locks.can_push(claim, {}, function()
        return false
      end, 0) == 0 --@tick_locked
    end
    if refused then
      answer[i] = refused.err
    else
      redis.call('HSET', KEYS[2], name, ARGV[a + 4]) -- a full server refuses it --@tick
      local pushed = false
      local done, wrong = pcall(function()
        if queue and not is_locked then
          redis.call('RPUSH', queue, ARGV[a + 7]) --@push
          pushed = true
          redis.pcall('SADD', KEYS[4], ARGV[a + 6]) --@announce
          if locks then
            locks.push(claim, 0) --@tick_locks
          end
        end
        apply(effects, key, arg) --@effects
      end)
      if done or pushed then --@done
        answer[i] = is_locked and 2 or 1
        if queue or ARGV[a + 2] == '1' then --@first_look
          note(name, ARGV[a + 4], pushed)
        end
      else -- before Redis 7 a right can be missing: the last run must not say that the tick was made
        if ARGV[a + 2] == '1' then
          redis.call('HSET', KEYS[2], name, ARGV[a + 3])
        else
          redis.pcall('HDEL', KEYS[2], name)
        end
        answer[i] = 'NOPERM ' .. (type(wrong) == 'table' and wrong.err or tostring(wrong))
      end
    end
  end
  a = arg + effects.args
end
return answer
