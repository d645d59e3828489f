-- with clock.lua types.lua stand_in.lua locks.lua
-- Reads delayed items, the earliest first, in bounded memory.
-- KEYS: delayed_queue_schedule, then the locks to look at or to hold, as locks.lua has them
-- ARGV: what stands before a second in the key of its list; first second or score; last second, or '' for now; of the cursor
--       the entry or '', and the position in its list; how many items, how many bytes, the value of locks that are ours, for how
--       many seconds they are held or '', for how many seconds a foreign one is noted; the largest
--       size of an item or '', the key and the beginning of the field under which a larger one that is due will be kept
-- Answers: the key and value of a lock that is held or false, the time, the next later second or false, of the cursor score,
-- entry and position or false; entries without items that could be moved, each with its kind; the second of each list that
-- was read, with its items behind it.
-- The keys of the lists follow from the entries, so a caller cannot name them. They have the namespace of the first key.
local time = now()
local later = false
local last = ARGV[3]
if last == '' then
  last = string.format('%.0f', time) --@due
  local next = redis.pcall('ZRANGEBYSCORE', KEYS[1], '(' .. last, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  later = next[2] and string.format('%.0f', math.ceil(math.min(tonumber(next[2]), 2 ^ 53))) or false --@later
end
local unread, lock = held_lock(2, #KEYS, ARGV[8], ARGV[9], ARGV[10])
if unread or lock then
  return unread or { lock, time, later, false, {}, {} }
end
local count, limit = tonumber(ARGV[6]), tonumber(ARGV[7])
local lists, strays, number, bytes, largest, some = {}, {}, 0, 0, 1, 1
local most = tonumber(ARGV[11]) or math.huge
local entry, score, at
-- Redis takes long to write a number of Lua as text.
local texts = setmetatable({}, { __index = function(known, number)
  known[number] = string.format('%d', number)
  return known[number]
end })
-- Whether the page is full; and an error if the list cannot be read.
local function read()
  local list, items = ARGV[1] .. entry, nil
  while true do
    local part = redis.pcall('LRANGE', list, texts[at], texts[at + some - 1])
    if is_refused(part) then --@list_right
      return true, part
    elseif part.err then
      strays[#strays + 1] = { entry, 'l' } --@not_a_list
      return false
    end
    for _, item in ipairs(part) do
      largest = math.max(largest, #item)
      if #item > most and ARGV[3] ~= '' then
        item = stand_in(item) --@shown
      elseif #item > most then --@most
        if at > 0 then -- those before it are moved first
          return true
        end
        strays[#strays + 1] = { entry, 'x', stand_in(item, ARGV[12], ARGV[13] .. #strays) }
        return false
      end
      bytes = bytes + #item
      if number >= count or bytes > limit and number > 0 then --@limit
        return true
      end
      if not items then
        items = { entry }
        lists[#lists + 1] = items
      end
      items[#items + 1], number = item, number + 1
      at = at + 1 --@position
    end
    if #part < some then
      if at == 0 then
        strays[#strays + 1] = { entry, 'e' } --@empty
      end
      return false
    end
    -- Few at first, since how large they are is seen too late.
    some = math.max(1, math.min(2 * some, count - number + 1, 64, math.floor((limit - bytes) / largest)))
  end
end
-- Whether entries of the cursor's score have not come to the cursor's entry yet.
local before = ARGV[4] ~= ''
local more
local offset = 0
repeat
  local entries = redis.pcall('ZRANGEBYSCORE', KEYS[1], ARGV[2], last, 'WITHSCORES', 'LIMIT', offset, count + 1)
  if is_refused(entries) then
    return entries
  elseif entries.err then
    return { false, time, later, false, {}, {} }
  end
  for i = 1, #entries, 2 do
    entry, score, at = entries[i], entries[i + 1], 0
    if before and entry == ARGV[4] then
      before, at = false, tonumber(ARGV[5]) --@cursor
    elseif score ~= ARGV[2] then
      before = false
    end
    if not before then
      if #entry < 17 and (entry == '0' or string.find(entry, '^%-?[1-9]%d*$')) then --@second
        local full, wrong = read()
        if full then
          return wrong or { false, time, later, { score, entry, at }, strays, lists }
        end
      else
        strays[#strays + 1] = { entry, 's' }
      end
    end
  end
  more = #entries == 2 * (count + 1)
  offset = offset + count + 1
  -- Many entries can have one score. The page must come past the one with which it begins, or the next one would begin there, too.
until not (more and (before or entry == ARGV[4])) --@progress
return { false, time, later, more and { score, entry, at }, strays, lists } --@more
