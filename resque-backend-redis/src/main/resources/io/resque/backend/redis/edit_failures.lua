-- Changes failure records that still stand where they were seen.
-- KEYS: list, queues, then for each edit the queue of its push, or the list again if it has none
-- ARGV: for each edit: index, SHA-1 of the expected record, 'set' | 'remove', replacement, name of the queue or '',
--       number of payloads, the payloads
-- Answers for each edit 1 made, 0 not.
for i = 3, #KEYS do
  local wrong = not_a_list(KEYS[i])
  if wrong then
    return wrong
  end
end
local edits, at = {}, 1
for i = 3, #KEYS do
  local record = redis.call('LINDEX', KEYS[1], ARGV[at])
  edits[#edits + 1] = { at = at, queue = KEYS[i], made = record and redis.sha1hex(record) == ARGV[at + 1] }
  at = at + 6 + ARGV[at + 5]
end
for _, edit in ipairs(edits) do
  if edit.made and ARGV[edit.at + 4] ~= '' then
    redis.call('SADD', KEYS[2], ARGV[edit.at + 4])
  end
end
-- Not Ruby's empty string: between its own two steps that may stand there.
local tombstone = '\0removed'
local answer = {}
for _, edit in ipairs(edits) do
  if edit.made then
    local i = edit.at
    redis.call('LSET', KEYS[1], ARGV[i], ARGV[i + 2] == 'set' and ARGV[i + 3] or tombstone)
    if ARGV[i + 4] ~= '' then
      for p = i + 6, i + 5 + ARGV[i + 5] do
        redis.call('RPUSH', edit.queue, ARGV[p])
      end
    end
  end
  answer[#answer + 1] = edit.made and 1 or 0
end
redis.call('LREM', KEYS[1], 0, tombstone)
return answer
