-- Started by test_neovim_highlights.py in a headless Neovim: colors FILE with the parser of LIBRARY, and writes to OUT
-- which parts of each line have an attribute of their own on the screen.
local lines = {}
vim.o.columns, vim.o.lines, vim.o.termguicolors = 120, 60, true
vim.cmd("syntax off")
vim.cmd("edit " .. vim.fn.fnameescape(vim.env.FILE))
if vim.treesitter.language and vim.treesitter.language.add then
  vim.treesitter.language.add("beskid", { path = vim.env.LIBRARY })
  vim.treesitter.start(0, "beskid")
else
  vim.treesitter.require_language("beskid", vim.env.LIBRARY)
  vim.treesitter.highlighter.new(vim.treesitter.get_parser(0, "beskid"))
end
vim.cmd("redraw!")
for row, text in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
  local parts, last = {}, nil
  for column = 1, #text do
    local attribute = vim.fn.screenattr(row, column)
    if attribute ~= last then
      table.insert(parts, { attribute, "" })
      last = attribute
    end
    parts[#parts][2] = parts[#parts][2] .. text:sub(column, column)
  end
  table.insert(lines, parts)
end
local file = io.open(vim.env.OUT, "w")
file:write(vim.fn.json_encode(lines))
file:close()
vim.cmd("qall!")
