-- beanstalkd's protocol for Wireshark: each request and reply, with its body.
-- wireshark -X lua_script:beanstalk.lua FILE; other ports than 11300 by 'Decode As'.

local beanstalk = Proto("beanstalk", "Beanstalk")

local request = ProtoField.string("beanstalk.request", "Request")
local reply = ProtoField.string("beanstalk.reply", "Reply")
local line = ProtoField.string("beanstalk.line", "Line")
local length = ProtoField.uint32("beanstalk.length", "Length of the body")
local body = ProtoField.bytes("beanstalk.body", "Body")
beanstalk.fields = { request, reply, line, length, body }

local PORT = 11300
local LINE_MAX = 1024 -- replies may be longer than the 224 bytes of a request

-- Where the length of a body stands in the line: by the word it begins with.
local WITH_BODY = {
  put = "^put%s+%d+%s+%d+%s+%d+%s+(%d+)$",
  died = "^died%s+%d+%s+(%d+)$",
  RESERVED = "^RESERVED %d+ (%d+)$",
  FOUND = "^FOUND %d+ (%d+)$",
  OK = "^OK (%d+)$",
}

local function line_end(tvb, from)
  for at = from, math.min(tvb:len() - 2, from + LINE_MAX) do
    if tvb(at, 1):uint() == 13 and tvb(at + 1, 1):uint() == 10 then
      return at
    end
  end
end

-- Returns the length of the message, or nothing when it is not all here.
local function message(tvb, from, kind, tree, words)
  local stop = line_end(tvb, from)
  if not stop then
    return tvb:len() - from > LINE_MAX and tvb:len() - from or nil
  end
  local text = tvb(from, stop - from):string()
  local word = text:match("^[%w_-]+") or text
  local bytes = WITH_BODY[word] and tonumber(text:match(WITH_BODY[word]) or "")
  local size = stop + 2 - from + (bytes and bytes + 2 or 0)
  if size > tvb:len() - from then
    return nil
  end
  local item = tree:add(beanstalk, tvb(from, size), "Beanstalk, " .. text)
  item:add(kind, tvb(from, #word), word)
  item:add(line, tvb(from, stop - from), text)
  if bytes then
    item:add(length, tvb(from, stop - from), bytes)
    if bytes > 0 then
      item:add(body, tvb(stop + 2, bytes))
    end
  end
  words[#words + 1] = text
  return size
end

function beanstalk.dissector(tvb, pinfo, tree)
  pinfo.cols.protocol = "BEANSTALK"
  local words = {}
  -- The port by which this was chosen is the server's.
  local kind = pinfo.src_port == pinfo.match_uint and reply or request
  local at = 0
  while at < tvb:len() do
    local size = message(tvb, at, kind, tree, words)
    if not size then
      pinfo.desegment_offset = at
      pinfo.desegment_len = DESEGMENT_ONE_MORE_SEGMENT
      break
    end
    at = at + size
  end
  if #words > 0 then
    pinfo.cols.info = table.concat(words, "; ")
  end
  return tvb:len()
end

DissectorTable.get("tcp.port"):add(PORT, beanstalk)
