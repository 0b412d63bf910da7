-- Started by test_neovim.py in a headless Neovim: attaches the server to FILE and writes what the editor shows to OUT.
local out, results = vim.env.OUT, {}

local function wait(condition)
  if not vim.wait(60000, condition, 20) then
    results.timeout = true
  end
end

vim.cmd("edit " .. vim.fn.fnameescape(vim.env.FILE))
local id = vim.lsp.start_client({
  name = "beskid",
  cmd = { vim.env.PYTHON, "-m", "beskid", "lsp" },
  root_dir = vim.fn.fnamemodify(vim.env.FILE, ":h"),
})
vim.lsp.buf_attach_client(0, id)
wait(function() return vim.lsp.buf_is_attached(0, id) and #vim.diagnostic.get(0) > 0 end)
results.diagnostics = vim.tbl_map(function(each)
  return { line = each.lnum + 1, code = each.code or each.user_data.lsp.code, message = each.message }
end, vim.diagnostic.get(0))

local function ask(method, line, column, more)
  vim.api.nvim_win_set_cursor(0, { line, column })
  local params = vim.tbl_extend("force", vim.lsp.util.make_position_params(), more or {})
  local answers = vim.lsp.buf_request_sync(0, method, params, 60000)
  return answers[id].result
end

results.hover = ask("textDocument/hover", 5, 4).contents.value
vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", 1, 5, { newName = "plus" }), "utf-16")
local options = { options = { tabSize = 4, insertSpaces = true } }
vim.lsp.util.apply_text_edits(ask("textDocument/formatting", 1, 0, options), 0, "utf-16")
wait(function() return #vim.diagnostic.get(0) > 0 end)
results.text = vim.api.nvim_buf_get_lines(0, 0, -1, false)

local file = io.open(out, "w")
file:write(vim.fn.json_encode(results))
file:close()
vim.cmd("qall!")
