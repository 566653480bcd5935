-- Lua of SYSLINUX 6 (lua.c32): gives iPXE a script that brings up the network as local.cfg says, asks the image server, and
-- starts BOEL. local.cfg alone decides, so that iPXE and BOEL never differ; a person may edit local.cfg on any computer.
local syslinux = require "syslinux"
-- How the medium was made: server, port, append.
local medium = dofile("medium.lua")
-- install, rescue, or nothing: then the image server decides.
local wish = arg[1]
-- ipxe.lkrn takes a command line of 2047 characters, with SYSLINUX's own words in front.
local longest = 1990

-- The values of local.cfg that iPXE needs. BOEL reads the whole file, and tells what is wrong with it.
local function readLocalCfg()
  local values = {}
  local file = io.open("local.cfg", "r")
  if not file then return values end
  for line in file:lines() do
    local name, rest = line:gsub("^\239\187\191", ""):gsub("^%s*export%s+", ""):match("^%s*([%u_]+)=(.*)$")
    if name then
      local value = rest:match("^'([^']*)'") or rest:match('^"([^"]*)"') or rest:match("^([^%s#;]*)")
      -- Only characters that cannot end a command of iPXE.
      if value:match("^[%w%.:_ ,-]+$") then values[name] = value end
    end
  end
  file:close()
  return values
end

-- A mask with four numbers, as iPXE wants it: from 255.255.255.0, from 24, or from NETWORK and BROADCAST.
local function netmaskOf(cfg)
  local length = tonumber(cfg.NETMASK)
  if not length then
    local function numbers(text) return (text or ""):match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$") end
    local n, b = { numbers(cfg.NETWORK) }, { numbers(cfg.BROADCAST) }
    if cfg.NETMASK or #n == 0 or #b == 0 then return cfg.NETMASK end
    for at = 1, 4 do n[at] = 255 - (b[at] - n[at]) end
    return table.concat(n, ".")
  end
  -- SYSLINUX has no library math.
  local octets, parts = { [0] = 0, 128, 192, 224, 240, 248, 252, 254, 255 }, {}
  for at = 1, 4 do
    local bits = length - 8 * (at - 1)
    parts[at] = octets[bits < 0 and 0 or bits > 8 and 8 or bits]
  end
  return table.concat(parts, ".")
end

local cfg = readLocalCfg()
local script = {}
local function say(...) script[#script + 1] = table.concat({ ... }) end

local server = cfg.IMAGESERVER or medium.server
local port = cfg.HTTPPORT or medium.port
local mac = (cfg.DEVICE or ""):lower():gsub("%-", ":"):match("^%x%x:%x%x:%x%x:%x%x:%x%x:%x%x$")

say("cpuid --ext 29 || goto narrow")
-- The name of local.cfg in the initrd.
say("imgargs <INITRD> /local.cfg")
say("set t:int32 0")
say(":start")
say("set i:int32 0")

say(":card")
say("set n net${i}")
say("isset ${${n}/mac} || goto none")
if mac then say("iseq ${${n}/mac} ", mac, " || goto next") end
if cfg.IPADDR then
  local settings = {
    { "ip", cfg.IPADDR },
    { "netmask", netmaskOf(cfg) },
    { "gateway", cfg.GATEWAY },
    { "dns", cfg.DNSSERVERS and cfg.DNSSERVERS:match("[^%s,]+") },
    { "domain", cfg.DOMAINNAME },
  }
  for _, setting in ipairs(settings) do
    if setting[2] then say("set ${n}/", setting[1], " ", setting[2], " || goto wrong") end
  end
  say("echo ${${n}/mac}: ", cfg.IPADDR, ", by local.cfg")
  say("ifopen ${n} || goto next")
else
  say("ifconf ${n} || goto next")
end
if server then
  say("set s ", server)
else
  say("set s ${${n}/224:string}")
  say("isset ${s} || set s ${${n}/next-server}")
  say("isset ${s} || echo DHCP names no image server")
  say("isset ${s} || goto next")
end

if not wish then
  say("clear answer")
  say("chain --autofree http://${s}:", port, "/boot.ipxe?medium=yes&arch=amd64&mac=${${n}/mac:hexhyp} ||")
  -- Without an answer nobody knows whether the machine is installed already.
  say("isset ${answer} || goto next")
  say("iseq ${answer} install && goto boel ||")
  say("iseq ${answer} rescue || exit 1")
end
if wish ~= "install" then say("set action systemimager.ACTION=shell") end

say(":boel")
say("set b http://${s}:", port, "/boot/amd64/")
say("imgfetch --name kernel ${b}kernel && goto initrd ||")
say("set b tftp://${s}/boot/amd64/")
say("imgfetch --name kernel ${b}kernel || goto next")
say(":initrd")
say("imgfetch --name initrd.img ${b}initrd.img || goto next")
say("imgselect kernel")
say("imgargs kernel systemimager.default.IMAGESERVER=${s} BOOTIF=01-${${n}/mac:hexhyp} ${action} ", medium.append)
say("boot ||")

say(":next")
say("imgfree kernel ||")
say("imgfree initrd.img ||")
say("ifclose ${n}")
say("inc i")
say("goto card")

say(":none")
-- An installed machine starts its own disk after five minutes or more.
say("inc t")
if not wish then say("iseq ${t} 30 && exit 1 ||") end
say("echo No answer from the image server. Trying again in 10 s.")
say("sleep 10")
say("goto start")

say(":wrong")
say("echo Correct local.cfg on this medium.")
say("sleep 60")
say("exit 1")
say(":narrow")
say("echo BOEL needs a 64-bit processor.")
say("sleep 60")
say("exit 1")

local text = table.concat(script, "\n")
if #text > longest then
  print("The script for iPXE is " .. #text - longest .. " characters too long: shorten -append of this medium.")
else
  syslinux.run_command("ipxe \n" .. text)
end
