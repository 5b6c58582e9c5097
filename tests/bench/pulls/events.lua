-- What a registry reports: bodies of so many events, each a pull by another client. It writes what
-- was counted as JSON.
--
--   wrk ... -s events.lua URL -- TOKEN NAMESPACE EVENTS PREFIX TIMESTAMP

local count, prefix, sent = 1, "", 0
local event

function init(words)
  local token, namespace = words[1], words[2]
  count, prefix = tonumber(words[3]), words[4]
  wrk.method, wrk.path = "POST", "/events/distribution"
  wrk.headers["Authorization"] = "Bearer " .. token
  wrk.headers["Content-Type"] = "application/vnd.docker.distribution.events.v2+json"
  local digest = string.rep("5a", 32)
  event = '{"id":"' .. prefix .. '-%d","timestamp":"' .. words[5] .. '","action":"pull","target":{'
    .. '"mediaType":"application/vnd.oci.image.index.v1+json","size":1609,"digest":"sha256:' .. digest .. '",'
    .. '"repository":"' .. namespace .. '/web","url":"https://registry.example/v2/web/manifests/x","tag":"v%d"},'
    .. '"request":{"id":"' .. prefix .. '-%d","addr":"10.%d.%d.%d:40000","host":"registry.example","method":"GET",'
    .. '"useragent":"containerd/1.7.%d"},"actor":{},"source":{"addr":"registry-0:5000","instanceID":"one"}}'
end

function request()
  local events = {}
  for at = 1, count do
    sent = sent + 1
    local a, b, c = math.floor(sent / 65536) % 256, math.floor(sent / 256) % 256, sent % 256
    events[at] = string.format(event, sent, sent % 400, sent, a, b, c, sent % 30)
  end
  return wrk.format(nil, nil, nil, '{"events":[' .. table.concat(events, ",") .. "]}")
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"count":%d,"us":%d,"failed":%d,"p50":%d,"p99":%d,"max":%d}\n',
    summary.requests,
    summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50),
    latency:percentile(99),
    latency.max
  ))
end
