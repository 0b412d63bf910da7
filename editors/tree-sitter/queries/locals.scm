; Scopes, what they define, and the names that refer to it.

[
  (source_file)
  (module_body)
  (function_item)
  (method_item)
  (signature)
  (type_item)
  (enum_item)
  (contract_item)
  (test_body)
  (block)
  (lambda)
  (match_arm)
  (for_statement)
] @local.scope

(parameter
  name: (identifier) @local.definition.parameter)

(untyped_parameter) @local.definition.parameter

(type_parameter
  name: (type_identifier) @local.definition.type)

(let_statement
  name: (identifier) @local.definition.var)

(for_statement
  name: (identifier) @local.definition.var)

(binding) @local.definition.var

(function_item
  name: (identifier) @local.definition.function)

(const_item
  name: (identifier) @local.definition.var)

[
  (identifier)
  (type_identifier)
] @local.reference
