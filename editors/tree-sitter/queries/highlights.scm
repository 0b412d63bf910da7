; Colors. No two patterns capture the same node, because editors disagree on which of two wins.

[
  (comment)
  (block_comment)
] @comment

(doc_comment) @comment.documentation

(string
  "\"" @string)

(string_text) @string

(escape) @string.escape

(interpolation
  [
    "${"
    "}"
  ] @punctuation.special)

(format) @string.special

(character) @character

(integer) @number

(float) @number.float

[
  (true)
  (false)
] @boolean

[
  "type"
  "enum"
  "contract"
  "impl"
  "extend"
  "const"
  "event"
  "attribute"
  "test"
  "meta"
  "skip"
  "let"
] @keyword

[
  "mut"
  "ref"
  "out"
  (visibility)
] @keyword.modifier

[
  "mod"
  "use"
] @keyword.import

[
  "if"
  "else"
  "match"
  "when"
] @keyword.conditional

[
  "for"
  "in"
  "while"
  (break_expression)
  (continue_expression)
] @keyword.repeat

"return" @keyword.return

"as" @keyword.operator

[
  "="
  "+="
  "-="
  "*="
  "/="
  "%="
  "&="
  "|="
  "^="
  "<<="
  "||"
  "&&"
  "=="
  "!="
  "==="
  "!=="
  "<="
  "|"
  "^"
  "&"
  "<<"
  "+"
  "-"
  "*"
  "/"
  "%"
  "!"
  "~"
  "?"
  "=>"
  "..="
] @operator

(binary_expression
  operator: [
    "<"
    ">"
    "="
  ] @operator)

(type_arguments
  [
    "<"
    ">"
  ] @punctuation.bracket)

(type_parameters
  [
    "<"
    ">"
  ] @punctuation.bracket)

[
  "("
  ")"
  "["
  "]"
] @punctuation.bracket

(_
  "{" @punctuation.bracket
  "}" @punctuation.bracket)

[
  ","
  ";"
  ":"
  "."
  "::"
] @punctuation.delimiter

; Types

((type_identifier) @type.builtin
  (#match? @type.builtin
    "^(i8|i16|i32|i64|u8|u16|u32|u64|f32|f64|bool|char|string|unit)$"))

((type_identifier) @type
  (#not-match? @type
    "^(i8|i16|i32|i64|u8|u16|u32|u64|f32|f64|bool|char|string|unit)$"))

(struct_literal
  type: (identifier) @type)

(struct_literal
  type: (generic_name
    name: (identifier) @type))

(variant_expression
  type: (identifier) @type)

(variant_expression
  type: (generic_name
    name: (identifier) @type))

((member_expression
  object: (identifier) @type)
  (#match? @type "^[A-Z]"))

(variant_expression
  name: (identifier) @constructor)

(variant_pattern
  name: (identifier) @constructor)

(variant
  name: (identifier) @constructor)

; Functions

(function_item
  name: (identifier) @function)

(test_item
  name: (identifier) @function)

(method_item
  name: (identifier) @function.method)

(signature
  name: (identifier) @function.method)

(call_expression
  function: (identifier) @function.call)

(call_expression
  function: (generic_name
    name: (identifier) @function.call))

(call_expression
  function: (member_expression
    name: (identifier) @function.method.call))

(attribute
  name: (identifier) @attribute)

(attribute_item
  name: (identifier) @attribute)

; Names

(module_path
  (identifier) @module)

(module_item
  name: (identifier) @module)

(const_item
  name: (identifier) @constant)

(field
  name: (identifier) @property)

(event_field
  name: (identifier) @property)

(field_initializer
  name: (identifier) @property)

(parameter
  name: (identifier) @variable.parameter)

(untyped_parameter) @variable.parameter

(wildcard) @variable.builtin

((member_expression
  object: (identifier) @variable.builtin)
  (#eq? @variable.builtin "this"))
