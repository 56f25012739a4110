-- Run by MAME: after four seconds of emulated time writes the store of its ssem to the file $STORE, as
-- lines of 32 bits, the least significant first, and ends.
local function write_store()
  local store = manager.machine.devices[":maincpu"].spaces["program"]
  local out = io.open(os.getenv("STORE"), "w")
  for line = 0, 31 do
    for byte = 0, 3 do
      local value = store:read_u8(4 * line + byte)
      for bit = 7, 0, -1 do
        out:write(value >> bit & 1)
      end
    end
    out:write("\n")
  end
  out:close()
end

emu.register_periodic(function()
  if manager.machine.time.seconds >= 4 then
    write_store()
    os.exit(0) -- MAME's own way out often crashes after a script
  end
end)
