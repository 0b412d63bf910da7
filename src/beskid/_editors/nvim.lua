vim.filetype.add({ extension = { bd = "beskid" } })
vim.api.nvim_create_autocmd("FileType", {
  pattern = "beskid",
  callback = function(event)
    local manifest = vim.fs.find({ "Project.proj", "Workspace.proj" }, { upward = true, path = event.file })[1]
    vim.bo[event.buf].commentstring = "// %s"
    vim.lsp.start({
      name = "beskid",
      cmd = { "beskid", "lsp" },
      root_dir = vim.fs.dirname(manifest or event.file),
    })
  end,
})
