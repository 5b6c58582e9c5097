-- What wrk asks: the paths of a file in turn, a line each, with the tag that is known behind a
-- blank if there is one. It writes what was counted as JSON.
--
--   wrk ... -s ask.lua URL -- FILE

local requests, at = {}, 0

function init(words)
  for line in io.lines(words[1]) do
    local path, tag = line:match("^(%S+) ?(.*)$")
    local headers = { ["Host"] = wrk.headers["Host"] }
    if tag ~= "" then headers["If-None-Match"] = tag end
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '\n{"count":%d,"us":%d,"failed":%d}\n',
    summary.requests,
    summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
