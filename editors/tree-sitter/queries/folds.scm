; What can be folded, as the language server says it.

[
  (function_item)
  (method_item)
  (signature)
  (type_item)
  (enum_item)
  (contract_item)
  (impl_item)
  (test_item)
  (module_item)
  (block)
  (match_expression)
  (struct_literal)
  (array_literal)
] @fold
