-- with types.lua stand_in.lua rights.lua
-- Changes failure records that still stand where they were seen.
-- KEYS: list, queues, oversize, then for each edit the queue of its push, or the list again if it has none
-- ARGV: for each edit: index, SHA-1 of the expected record, 'set' | 'remove', replacement, name of the queue or '',
--       field of a payload that was set aside or '', number of payloads, the payloads
-- Answers for each edit 1 made, 0 not.
local wrong = not_allowed('LSET', KEYS[1]) or not_allowed('LREM', KEYS[1]) --@rights
if wrong then
  return wrong
end
for i = 4, #KEYS do
  local wrong = not_a('list', KEYS[i])
  if wrong then --@type
    return wrong
  end
end
-- As it stands, or as range.lua gives a large one.
local function is_as_seen(record, sha)
  return redis.sha1hex(record) == sha
    or #record > 16384 and redis.sha1hex('{"payload":' .. stand_in(record) .. '}') == sha --@as_shown
end
local edits, at = {}, 1
for i = 4, #KEYS do
  local record, field = redis.call('LINDEX', KEYS[1], ARGV[at]), ARGV[at + 5]
  local made = record and is_as_seen(record, ARGV[at + 1]) --@compare
  if made and field ~= '' and ARGV[at + 4] ~= '' then
    made = redis.call('HEXISTS', KEYS[3], field) == 1 --@kept_aside
  end
  edits[#edits + 1] = { at = at, queue = KEYS[i], made = made, field = field }
  at = at + 7 + ARGV[at + 6]
end
for _, edit in ipairs(edits) do
  if edit.made and ARGV[edit.at + 4] ~= '' then
    redis.call('SADD', KEYS[2], ARGV[edit.at + 4]) --@announce
  end
end
-- Not Ruby's empty string: between its own two steps that may stand there.
local tombstone = '\0removed' --@tombstone
local answer = {}
for _, edit in ipairs(edits) do
  if edit.made then
    local i = edit.at
    if ARGV[i + 4] ~= '' then
      for p = i + 7, i + 6 + ARGV[i + 6] do
        redis.call('RPUSH', edit.queue, ARGV[p])
      end
      local payload = edit.field ~= '' and redis.call('HGET', KEYS[3], edit.field)
      if payload then
        redis.call('RPUSH', edit.queue, payload)
      end
    end
    -- Behind the pushes: a failure whose push the server refuses must stay.
    redis.call('LSET', KEYS[1], ARGV[i], ARGV[i + 2] == 'set' and ARGV[i + 3] or tombstone)
    if edit.field ~= '' then
      redis.pcall('HDEL', KEYS[3], edit.field) --@forget_aside
    end
  end
  answer[#answer + 1] = edit.made and 1 or 0
end
redis.call('LREM', KEYS[1], 0, tombstone)
return answer
