; A line inside of brackets is indented by one step.

[
  (module_body)
  (type_body)
  (enum_body)
  (contract_body)
  (impl_body)
  (test_body)
  (section)
  (block)
  (match_body)
  (parameters)
  (arguments)
  (array_literal)
  (struct_literal)
  (attribute_item)
] @indent.begin

[
  "}"
  ")"
  "]"
] @indent.branch @indent.end

[
  (block_comment)
  (string)
] @indent.ignore
