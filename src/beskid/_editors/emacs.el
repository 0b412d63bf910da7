(define-derived-mode beskid-mode prog-mode "Beskid"
  "Major mode for Beskid programs."
  (setq-local comment-start "// ")
  (setq-local indent-tabs-mode nil)
  (modify-syntax-entry ?/ ". 12")
  (modify-syntax-entry ?\n ">")
  (when (and (fboundp 'treesit-ready-p) (treesit-ready-p 'beskid t))
    (treesit-parser-create 'beskid)
    (setq-local treesit-font-lock-feature-list '((comment definition) (keyword string) (type number)))
    (setq-local treesit-font-lock-settings
                (treesit-font-lock-rules
                 :language 'beskid :feature 'comment
                 '([(comment) (block_comment)] @font-lock-comment-face (doc_comment) @font-lock-doc-face)
                 :language 'beskid :feature 'definition
                 '((function_item name: (_) @font-lock-function-name-face)
                   (method_item name: (_) @font-lock-function-name-face)
                   (test_item name: (_) @font-lock-function-name-face))
                 :language 'beskid :feature 'keyword
                 '(["type" "enum" "contract" "impl" "extend" "const" "event" "attribute" "test" "let" "mut" "ref" "out"
                    "mod" "use" "if" "else" "match" "when" "for" "in" "while" "return" "as"
                    (visibility) (break_expression) (continue_expression)] @font-lock-keyword-face
                    [(true) (false)] @font-lock-constant-face)
                 :language 'beskid :feature 'string
                 '([(string_text) (character)] @font-lock-string-face (escape) @font-lock-escape-face)
                 :language 'beskid :feature 'type
                 '((type_identifier) @font-lock-type-face)
                 :language 'beskid :feature 'number
                 '([(integer) (float)] @font-lock-number-face)))
    (setq-local treesit-simple-imenu-settings
                '(("Function" "\\`function_item\\'" nil nil) ("Type" "\\`type_item\\'" nil nil)))
    (treesit-major-mode-setup)))
(add-to-list 'auto-mode-alist '("\\.bd\\'" . beskid-mode))
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(beskid-mode . ("beskid" "lsp"))))
(add-hook 'beskid-mode-hook #'eglot-ensure)
