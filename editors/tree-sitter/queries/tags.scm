; Declarations and calls, for lists of symbols and jumps without a language server.

(function_item
  name: (identifier) @name) @definition.function

(method_item
  name: (identifier) @name) @definition.method

(signature
  name: (identifier) @name) @definition.method

(type_item
  name: (type_identifier) @name) @definition.type

(field
  name: (identifier) @name) @definition.field

(event_field
  name: (identifier) @name) @definition.field

(enum_item
  name: (type_identifier) @name) @definition.enum

(variant
  name: (identifier) @name) @definition.variant

(contract_item
  name: (type_identifier) @name) @definition.contract

(const_item
  name: (identifier) @name) @definition.constant

(module_item
  name: (identifier) @name
  body: (_)) @definition.module

(attribute_item
  name: (identifier) @name) @definition.attribute

(test_item
  name: (identifier) @name) @definition.test

(impl_item
  type: (_) @name) @definition.impl

(call_expression
  function: (identifier) @name) @reference.call

(call_expression
  function: (member_expression
    name: (identifier) @name)) @reference.call
