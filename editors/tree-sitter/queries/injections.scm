; Documentation is Markdown. The code of an interpolation is a part of this grammar.

((doc_comment) @injection.content
  (#set! injection.language "markdown")
  (#set! injection.combined))

([
  (comment)
  (block_comment)
] @injection.content
  (#set! injection.language "comment"))
