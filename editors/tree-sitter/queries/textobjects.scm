; Parts of a text that commands select.

(function_item
  body: (_) @function.inner) @function.outer

(method_item
  body: (_) @function.inner) @function.outer

(lambda
  body: (_) @function.inner) @function.outer

(test_item
  body: (_) @test.inner) @test.outer

(type_item
  body: (_) @class.inner) @class.outer

(enum_item
  body: (_) @class.inner) @class.outer

(contract_item
  body: (_) @class.inner) @class.outer

(impl_item
  body: (_) @class.inner) @class.outer

(parameters
  (parameter) @parameter.inner @parameter.outer)

(arguments
  (_) @parameter.inner @parameter.outer)

(match_arm
  body: (_) @entry.inner) @entry.outer

[
  (comment)
  (block_comment)
  (doc_comment)
] @comment.inner

(comment)+ @comment.outer

(doc_comment)+ @comment.outer

(block_comment) @comment.outer
