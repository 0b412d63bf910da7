vim.filetype.add({ extension = { bd = "beskid" } })
vim.api.nvim_create_autocmd("FileType", {
  pattern = "beskid",
  callback = function(event)
    local manifest = vim.fs.find({ "Project.proj", "Workspace.proj" }, { upward = true, path = event.file })[1]
    vim.bo[event.buf].commentstring = "// %s"
    if #vim.api.nvim_get_runtime_file("parser/beskid.so", false) > 0 then
      local parser = vim.treesitter.get_parser(event.buf, "beskid")
      vim.treesitter.highlighter.new(parser)
    end
    vim.lsp.start({
      name = "beskid",
      cmd = { "beskid", "lsp" },
      root_dir = vim.fs.dirname(manifest or event.file),
    })
  end,
})
