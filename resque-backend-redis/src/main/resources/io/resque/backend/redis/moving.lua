-- Needs types.lua, rights.lua and locks.lua.

-- What keeps all moves from being made, of which the first one is of this list: an error, or the answer that names a lock that is held; nil
-- if nothing does. The locks stand from KEYS[first] on. ARGV begins with their number and what locks.lua is told of them (3).
local function hindrance(first, list)
  local unread, lock = held_lock(first, first - 1 + ARGV[1], ARGV[2], ARGV[3], ARGV[4])
  if unread or lock then
    return unread or { lock }
  end
  -- A job must not be pushed whose item cannot be taken away.
  local forbidden = not_allowed('LTRIM', list) -- to try it would be a write, after which a full server refuses none
  if forbidden then --@right
    return forbidden
  end
  -- Otherwise a missing right would look as if all items were gone.
  local head = redis.pcall('LRANGE', list, 0, 0)
  if is_refused(head) then --@head_right
    return head
  end
end
