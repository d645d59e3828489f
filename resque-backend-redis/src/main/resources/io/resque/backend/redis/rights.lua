-- An error if the user may not send this command for this key: the server would refuse it in the middle of the script, which
-- would be left half done. Before Redis 7 a script cannot know.
local function not_allowed(command, key)
  local words = command == 'DEL' and { command, key } or { command, key, '' } -- DEL would take a third word for another key
  if redis.acl_check_cmd and not redis.acl_check_cmd(unpack(words)) then --@asks
    return redis.error_reply('NOPERM this user has no permission to run ' .. command .. ' on ' .. key .. '; nothing was written')
  end
  return nil
end
