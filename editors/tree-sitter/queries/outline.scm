; The outline of a file: items with their names, and the words that are shown before these.

(function_item
  result: (_) @context
  name: (identifier) @name) @item

(method_item
  result: (_) @context
  name: (identifier) @name) @item

(signature
  result: (_) @context
  name: (identifier) @name) @item

(type_item
  "type" @context
  name: (type_identifier) @name) @item

(field
  type: (_) @context
  name: (identifier) @name) @item

(event_field
  "event" @context
  name: (identifier) @name) @item

(enum_item
  "enum" @context
  name: (type_identifier) @name) @item

(variant
  name: (identifier) @name) @item

(contract_item
  "contract" @context
  name: (type_identifier) @name) @item

(impl_item
  "impl" @context
  type: (_) @name) @item

(impl_item
  "extend" @context
  "type" @context
  type: (_) @name) @item

(const_item
  "const" @context
  name: (identifier) @name) @item

(module_item
  "mod" @context
  name: (identifier) @name
  body: (_)) @item

(attribute_item
  "attribute" @context
  name: (identifier) @name) @item

(test_item
  "test" @context
  name: (identifier) @name) @item
