(define-derived-mode beskid-mode prog-mode "Beskid"
  "Major mode for Beskid programs."
  (setq-local comment-start "// ")
  (setq-local indent-tabs-mode nil)
  (modify-syntax-entry ?/ ". 12")
  (modify-syntax-entry ?\n ">"))
(add-to-list 'auto-mode-alist '("\\.bd\\'" . beskid-mode))
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(beskid-mode . ("beskid" "lsp"))))
(add-hook 'beskid-mode-hook #'eglot-ensure)
