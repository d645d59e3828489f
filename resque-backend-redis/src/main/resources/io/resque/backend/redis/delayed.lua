-- Needs types.lua, rights.lua, claims.lua and effects.lua. The first three keys of a script with it are
-- delayed_queue_schedule, queues, failed_queues.

-- The move whose arguments begin there: the number of the key of its list, second, item, the number of the key of its set of
-- seconds; number of the key of a queue or 0, name of the queue, payload; another second or '', the number of the key of its
-- list, the item for it, the number of the key of its set of seconds; letters of the effects, the number of the first of their keys;
-- then the arguments of the effects. Answers it, and where the next one begins; or nil and an error.
local move_plans = { [''] = { keys = 0, args = 0 } } -- the effects of moves by their letters, which many moves say alike
local function move_at(a)
  local effects, wrong = move_plans[ARGV[a + 11]], nil
  if not effects then
    effects, wrong = effects_of(ARGV[a + 11], known_effects(KEYS[3], KEYS[3], KEYS[3], KEYS[3]))
    move_plans[ARGV[a + 11]] = effects
  end
  if wrong then
    return nil, wrong
  end
  return {
    list = KEYS[tonumber(ARGV[a])], second = ARGV[a + 1], item = ARGV[a + 2], mark = KEYS[tonumber(ARGV[a + 3])],
    queue = KEYS[tonumber(ARGV[a + 4])], name = ARGV[a + 5], payload = ARGV[a + 6],
    to = ARGV[a + 7], to_list = KEYS[tonumber(ARGV[a + 8])], to_item = ARGV[a + 9], to_mark = KEYS[tonumber(ARGV[a + 10])],
    effects = effects, alone = string.find(ARGV[a + 11], '[^me]') ~= nil, first_key = tonumber(ARGV[a + 12]), first_arg = a + 13
  }, a + 13 + effects.args
end

-- Whether the job goes to another second, and not onto a queue.
local function goes_to_a_second(move, time)
  return move.to ~= '' and not (move.queue and tonumber(move.to) <= time) --@if_due
end

-- What keeps the target or an effect from being written, or nil. Of a key that several moves name, `known` remembers it.
local function move_refusal(move, time, known)
  local list = goes_to_a_second(move, time) and move.to_list or move.queue
  if list and known[list] == nil then
    known[list] = not_a('list', list) or not_allowed('RPUSH', list) or false --@target
    if list == move.queue and not known[list] then --@announce_right
      -- Workers with a pattern would not look into a queue that is not announced.
      known[list] = not_allowed('SADD', KEYS[2]) or false
    end
  end
  return list and known[list] or refusal(move.effects, move.first_key) --@move_effects
end

-- Writes where the job goes. The first write is one that a full server refuses.
local function write_target(move, time)
  if goes_to_a_second(move, time) then
    redis.call('ZADD', KEYS[1], move.to, move.to) --@other_schedule
    redis.call('RPUSH', move.to_list, move.to_item) --@other_second
    redis.pcall('SADD', move.to_mark, 'delayed:' .. move.to) --@other_mark
  elseif move.queue then
    redis.pcall('SADD', KEYS[2], move.name) --@announce
    redis.call('RPUSH', move.queue, move.payload) --@to_queue
  end
end

-- The locks of a job that goes nowhere are freed; those of a job that goes to another second end later; a job that goes onto a queue takes
-- those that no delayed job has.
local function change_locks(move, time)
  local later = goes_to_a_second(move, time)
  local claim = claim_of(move.item)
  if claim then
    local locks = locks_in(string.sub(KEYS[1], 1, -1 - #'delayed_queue_schedule'))
    if later or not move.queue then
      locks.release(claim, later and tonumber(move.to))
    else
      locks.move(claim) --@locks_at_move
    end
  end
end

-- What the set of its seconds says of an item that was taken away.
local function unmark(move, time)
  if not (goes_to_a_second(move, time) and move.to_mark == move.mark and move.to == move.second) then
    redis.pcall('SREM', move.mark, 'delayed:' .. move.second) --@unmark
  end
end

-- Removes a second without items from the schedule.
local function unschedule(list, second)
  if redis.call('EXISTS', list) == 0 then
    redis.pcall('ZREM', KEYS[1], second) --@unschedule
  end
end
