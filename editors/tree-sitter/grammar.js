/**
 * The grammar of Beskid for editors, after docs/reference/grammar.md.
 *
 * Operators come from `tokens.json`, which `python -m tools.grammars` writes from the tables of the compiler. The
 * grammar accepts what the compiler's parser accepts, and somewhat more: what a program means is the compiler's matter.
 * Where a text has several readings, both are followed (`conflicts`), and dynamic precedence decides between those that
 * survive: a type before a comparison, and a block before a struct literal.
 */

/// <reference types="tree-sitter-cli/dsl" />

const tokens = require("./tokens.json");

const DIGITS = /[0-9](_*[0-9])*/;
const SUFFIX = /_[iuf](8|16|32|64)/;

/** Possibly empty, with an optional comma at its end. */
function list(rule) {
  return optional(list1(rule));
}

function list1(rule) {
  return seq(rule, repeat(seq(",", rule)), optional(","));
}

/** An operator as the grammar reads it: each `>` is a token of its own, so that type arguments close one by one. */
function spelled(operator) {
  if (!operator.startsWith(">") || operator === ">") return operator;
  return seq(...operator);
}

const LEVELS = new Map(tokens.binary);
const COMPARISON = LEVELS.get(">");
const SHIFT = LEVELS.get(">>");

// Of equal precedence, so that both readings are followed: the end of the left operand of `>`, and the first half of `>>`.
const NARROW = SHIFT - 1;

/** The operators of some levels. */
function binary(isIncluded, left, right) {
  const rows = tokens.binary.filter(([, level]) => isIncluded(level));
  return choice(
    ...rows.map(([operator, level]) =>
      prec.left(
        level,
        operator === ">>"
          ? seq(
              prec(NARROW, seq(field("left", left), field("operator", ">"))),
              field("operator", ">"),
              field("right", right),
            )
          : seq(field("left", left), field("operator", spelled(operator)), field("right", right)),
      ),
    ),
  );
}

module.exports = grammar({
  name: "beskid",

  word: ($) => $.identifier,

  extras: ($) => [/[ \t\r\n]/, $.comment, $.block_comment, $.doc_comment],

  supertypes: ($) => [$._item, $._statement, $._expression, $._type, $._pattern],

  inline: ($) => [$._name],

  conflicts: ($) => [
    [$.member_expression],
    [$.argument, $._word],
    [$.attribute, $._tight],
    [$.generic_type, $.generic_name],
    [$._named_type, $._untyped_parameter, $._tight],
    [$._named_type, $._untyped_parameter],
    [$.arrow_type, $.lambda_parameters],
    [$._tight, $.struct_literal],
    [$._untyped_parameter, $._tight],
    [$.parameter, $._word],
    [$.parameter, $.ref_type, $._word],
    [$.generic_type, $._tight, $.generic_name],
    [$._named_type, $._tight],
    [$.section, $._word],
    [$.embedding, $._type],
    [$.event_field, $._word],
    [$._bits, $._tight_binary],
    [$._tight, $.generic_name],
    [$.ref_type, $._word],
  ],

  rules: {
    source_file: ($) => repeat($._item),

    // Items -------------------------------------------------------------------------------------------------------

    _item: ($) =>
      choice(
        $.function_item,
        $.type_item,
        $.enum_item,
        $.contract_item,
        $.impl_item,
        $.const_item,
        $.module_item,
        $.use_item,
        $.attribute_item,
        $.test_item,
      ),

    attribute: ($) =>
      seq(
        "[",
        field("name", $._name),
        optional(seq("(", list($.attribute_argument), ")")),
        "]",
      ),

    attribute_argument: ($) =>
      seq(optional(seq(field("name", $._name), ":")), field("value", $._expression)),

    module_item: ($) =>
      seq(
        repeat($.attribute),
        optional($.visibility),
        "mod",
        choice(
          seq(field("name", $.module_path), ";"),
          seq(field("name", $._name), field("body", $.module_body)),
        ),
      ),

    module_body: ($) => seq("{", repeat($._item), "}"),

    module_path: ($) => prec.left(seq($.identifier, repeat(seq(".", $.identifier)))),

    use_item: ($) =>
      seq(
        optional($.visibility),
        "use",
        field("path", $.module_path),
        optional(seq("as", field("alias", $.identifier))),
        ";",
      ),

    const_item: ($) =>
      seq(
        repeat($.attribute),
        optional($.visibility),
        "const",
        field("type", $._type),
        field("name", $._name),
        "=",
        field("value", $._expression),
        ";",
      ),

    attribute_item: ($) =>
      seq(
        optional($.visibility),
        "attribute",
        field("name", $._name),
        optional(seq("(", list(field("target", $.identifier)), ")")),
        "{",
        list($.attribute_parameter),
        "}",
      ),

    attribute_parameter: ($) =>
      seq(
        field("name", $._name),
        ":",
        field("type", $._type),
        optional(seq("=", field("default", $._expression))),
      ),

    function_item: ($) =>
      seq(
        repeat($.attribute),
        optional($.visibility),
        field("result", $._type),
        field("name", $._name),
        field("type_parameters", optional($.type_parameters)),
        field("parameters", $.parameters),
        choice(field("body", $.block), seq("=>", field("body", $._expression), ";")),
      ),

    visibility: (_) => "pub",

    type_parameters: ($) => seq("<", list1($.type_parameter), ">"),

    type_parameter: ($) =>
      seq(
        field("name", alias($.identifier, $.type_identifier)),
        optional(seq(":", $._named_type, repeat(seq("+", $._named_type)))),
      ),

    parameters: ($) => seq("(", list($.parameter), ")"),

    parameter: ($) =>
      seq(
        repeat($.attribute),
        optional("mut"),
        optional(choice("ref", "out")),
        optional("mut"),
        field("type", $._type),
        field("name", $._name),
      ),

    type_item: ($) =>
      seq(
        repeat($.attribute),
        optional($.visibility),
        "type",
        field("name", alias($.identifier, $.type_identifier)),
        field("type_parameters", optional($.type_parameters)),
        optional(seq(":", list1(field("contract", $._named_type)))),
        field("body", $.type_body),
      ),

    type_body: ($) =>
      seq(
        "{",
        repeat(choice(seq($._field, ","), seq(alias($.function_item, $.method_item), optional(",")))),
        optional($._field),
        "}",
      ),

    _field: ($) => choice($.field, $.event_field),

    field: ($) =>
      seq(repeat($.attribute), optional($.visibility), field("type", $._type), field("name", $._name)),

    event_field: ($) =>
      seq(
        repeat($.attribute),
        optional($.visibility),
        "event",
        optional(seq("{", field("capacity", $.integer), "}")),
        field("name", $._name),
        field("parameters", $.parameters),
      ),

    enum_item: ($) =>
      seq(
        repeat($.attribute),
        optional($.visibility),
        "enum",
        field("name", alias($.identifier, $.type_identifier)),
        field("type_parameters", optional($.type_parameters)),
        field("body", $.enum_body),
      ),

    enum_body: ($) => seq("{", list($.variant), "}"),

    variant: ($) => seq(field("name", $._name), optional(seq("(", list($.payload), ")"))),

    payload: ($) => seq(field("type", $._type), optional(field("name", $._name))),

    contract_item: ($) =>
      seq(
        repeat($.attribute),
        optional($.visibility),
        "contract",
        field("name", alias($.identifier, $.type_identifier)),
        field("type_parameters", optional($.type_parameters)),
        field("body", $.contract_body),
      ),

    contract_body: ($) => seq("{", repeat(choice($.signature, $.embedding)), "}"),

    signature: ($) =>
      seq(
        repeat($.attribute),
        optional($.visibility),
        field("result", $._type),
        field("name", $._name),
        field("type_parameters", optional($.type_parameters)),
        field("parameters", $.parameters),
        ";",
      ),

    embedding: ($) => seq(field("contract", $._named_type), optional(";")),

    impl_item: ($) =>
      seq(
        repeat($.attribute),
        choice("impl", seq("extend", "type")),
        field("type", $._named_type),
        field("body", $.impl_body),
      ),

    impl_body: ($) => seq("{", repeat(alias($.function_item, $.method_item)), "}"),

    test_item: ($) =>
      seq(repeat($.attribute), "test", field("name", $._name), field("body", $.test_body)),

    test_body: ($) =>
      seq("{", repeat(choice($.section, $._statement)), optional(field("value", $._expression)), "}"),

    section: ($) => seq(choice("meta", "skip"), "{", repeat($.section_entry), "}"),

    section_entry: ($) => seq(field("name", $._name), "=", field("value", $._expression), ";"),

    // Types -------------------------------------------------------------------------------------------------------

    _type: ($) => choice($._named_type, $.array_type, $.function_type, $.arrow_type, $.ref_type),

    _named_type: ($) =>
      choice(
        alias($.identifier, $.type_identifier),
        alias($._word, $.type_identifier),
        $.generic_type,
        $.scoped_type,
      ),

    generic_type: ($) =>
      prec.dynamic(1, seq(
        field("name", alias($.identifier, $.type_identifier)),
        field("type_arguments", $.type_arguments),
      )),

    scoped_type: ($) =>
      seq(
        field("scope", $._named_type),
        ".",
        field("name", choice(alias($.identifier, $.type_identifier), $.generic_type)),
      ),

    type_arguments: ($) => prec.dynamic(1, seq("<", $._type, repeat(seq(",", $._type)), ">")),

    array_type: ($) => seq(field("element", $._type), "[", "]"),

    function_type: ($) => seq(field("result", $._type), "(", list(field("parameter", $._type)), ")"),

    arrow_type: ($) =>
      prec.right(seq("(", list(field("parameter", $._type)), ")", "=>", field("result", $._type))),

    ref_type: ($) => prec.right(seq("ref", $._type)),

    // Statements --------------------------------------------------------------------------------------------------

    block: ($) => seq("{", repeat($._statement), optional(field("value", $._expression)), "}"),

    _statement: ($) =>
      choice(
        $.let_statement,
        $.while_statement,
        $.for_statement,
        $.block_statement,
        $.expression_statement,
      ),

    let_statement: ($) =>
      prec.dynamic(2, seq(
        choice(
          seq(choice(seq("let", optional("mut")), "mut"), field("name", $._name)),
          seq(
            optional("let"),
            optional("mut"),
            field("type", $._type),
            optional("mut"),
            field("name", $._name),
          ),
        ),
        "=",
        field("value", $._expression),
        ";",
      )),

    while_statement: ($) => seq("while", field("condition", $._expression), field("body", $.block)),

    for_statement: ($) =>
      seq(
        "for",
        field("name", $._name),
        optional(seq(",", field("name", $._name))),
        "in",
        field("iterable", $._expression),
        field("body", $.block),
      ),

    // At the start of a statement, these end at their `}`: no operator continues them.
    block_statement: ($) =>
      prec.right(1, seq(choice($.if_expression, $.match_expression, $.block), optional(";"))),

    expression_statement: ($) => seq($._expression, ";"),

    // Expressions -------------------------------------------------------------------------------------------------

    _expression: ($) => choice($.lambda, $.assignment, $._operand),

    lambda: ($) =>
      prec.right(seq(
        field("parameters", choice($._untyped_parameter, $.lambda_parameters)),
        "=>",
        field("body", $._expression),
      )),

    lambda_parameters: ($) => seq("(", list(choice($._untyped_parameter, $.parameter)), ")"),

    _untyped_parameter: ($) => alias($._name, $.untyped_parameter),

    assignment: ($) =>
      prec.right(tokens.levels.assignment, seq(
        field("target", $._operand),
        field("operator", choice("=", ...tokens.compounds.map(spelled))),
        field("value", $._expression),
      )),

    // An operand of `>` is distinguished from one of `>>`, because two tokens have to be read to tell these apart.
    _operand: ($) => choice($._bits, alias($._loose_binary, $.binary_expression)),
    _bits: ($) => choice(prec(NARROW, $._tight), alias($._bitwise_binary, $.binary_expression)),

    _tight: ($) =>
      choice(
        alias($._tight_binary, $.binary_expression),
        $._name,
        $.generic_name,
        $.integer,
        $.float,
        $.character,
        $.string,
        $.true,
        $.false,
        $.grouped_expression,
        $.array_literal,
        $.struct_literal,
        $.variant_expression,
        $.unary_expression,
        $.cast_expression,
        $.call_expression,
        $.member_expression,
        $.index_expression,
        $.try_expression,
        $.block,
        $.if_expression,
        $.match_expression,
        $.return_expression,
        $.break_expression,
        $.continue_expression,
      ),

    true: (_) => "true",
    false: (_) => "false",

    _loose_binary: ($) => binary((level) => level <= COMPARISON, $._operand, $._operand),
    _bitwise_binary: ($) => binary((level) => level > COMPARISON && level < SHIFT, $._bits, $._bits),
    _tight_binary: ($) => binary((level) => level >= SHIFT, $._tight, $._tight),

    unary_expression: ($) =>
      prec(
        tokens.levels.prefix,
        seq(field("operator", choice(...tokens.prefix)), field("operand", $._tight)),
      ),

    cast_expression: ($) =>
      prec.left(
        tokens.levels.conversion,
        seq(field("value", $._tight), "as", field("type", alias($.identifier, $.type_identifier))),
      ),

    call_expression: ($) =>
      prec(tokens.levels.postfix, seq(field("function", $._tight), field("arguments", $.arguments))),

    arguments: ($) => seq("(", list(choice($._expression, $.argument)), ")"),

    argument: ($) => prec.dynamic(-1, seq(choice("ref", "out"), $._expression)),

    member_expression: ($) =>
      prec(
        tokens.levels.postfix,
        seq(
          field("object", $._tight),
          ".",
          field("name", $._name),
          optional(field("type_arguments", $.type_arguments)),
        ),
      ),

    index_expression: ($) =>
      prec(
        tokens.levels.postfix,
        seq(field("object", $._tight), "[", $._expression, repeat(seq(",", $._expression)), "]"),
      ),

    try_expression: ($) => prec(tokens.levels.postfix, seq($._tight, "?")),

    generic_name: ($) =>
      prec.dynamic(1, seq(field("name", $._name), field("type_arguments", $.type_arguments))),

    variant_expression: ($) =>
      prec(tokens.levels.postfix, seq(field("type", $._tight), "::", field("name", $._name))),

    struct_literal: ($) =>
      prec.dynamic(-1, seq(
        field("type", choice($._name, $.generic_name, $.member_expression)),
        "{",
        list($.field_initializer),
        "}",
      )),

    field_initializer: ($) =>
      seq(field("name", $._name), optional(seq(":", field("value", $._expression)))),

    grouped_expression: ($) => seq("(", $._expression, ")"),

    array_literal: ($) => seq("[", list($._expression), "]"),

    if_expression: ($) =>
      prec.right(seq(
        "if",
        field("condition", $._expression),
        field("then", $.block),
        optional(seq("else", field("else", choice($.block, $.if_expression)))),
      )),

    match_expression: ($) => seq("match", field("value", $._expression), field("body", $.match_body)),

    match_body: ($) => seq("{", list($.match_arm), "}"),

    match_arm: ($) =>
      seq(
        field("pattern", $._pattern),
        // Not a lambda: the arrow after the guard is that of the arm.
        optional(seq("when", field("guard", $._operand))),
        "=>",
        field("body", $._expression),
      ),

    return_expression: ($) => prec.right(seq("return", optional($._expression))),
    break_expression: (_) => "break",
    continue_expression: (_) => "continue",

    // Patterns ----------------------------------------------------------------------------------------------------

    _pattern: ($) =>
      choice(
        $.wildcard,
        alias($.identifier, $.binding),
        $.true,
        $.false,
        $.string,
        $._bound,
        $.range_pattern,
        $.variant_pattern,
        $.alternatives,
      ),

    wildcard: (_) => "_",

    _bound: ($) => choice($.integer, $.float, $.character, $.negative_number),

    negative_number: ($) => seq("-", choice($.integer, $.float)),

    range_pattern: ($) => seq(field("low", $._bound), "..=", field("high", $._bound)),

    variant_pattern: ($) =>
      seq(
        field("type", $._named_type),
        choice("::", "."),
        field("name", $._name),
        optional(seq("(", list($._pattern), ")")),
      ),

    alternatives: ($) => prec.left(seq($._pattern, "|", $._pattern)),

    // Names and literals ------------------------------------------------------------------------------------------

    identifier: (_) => /[A-Za-z_][A-Za-z0-9_]*/,

    _name: ($) => choice($.identifier, alias($._word, $.identifier)),

    // Words that are keywords in some places where a name may be, too.
    _word: (_) => choice("ref", "out", "meta", "skip", "event"),

    integer: (_) =>
      token(seq(
        choice(
          DIGITS,
          /0[xX][0-9a-fA-F](_*[0-9a-fA-F])*/,
          /0[oO][0-7](_*[0-7])*/,
          /0[bB][01](_*[01])*/,
        ),
        optional(SUFFIX),
      )),

    float: (_) =>
      token(seq(
        DIGITS,
        choice(
          seq(".", DIGITS, optional(seq(/[eE][+-]?/, DIGITS))),
          seq(/[eE][+-]?/, DIGITS),
        ),
        optional(SUFFIX),
      )),

    character: (_) => token(/'(\\u\{[^}'\n]*\}|\\[^\n]|[^'\\\n])'/),

    string: ($) =>
      seq(
        '"',
        repeat(choice($.string_text, $.escape, $.interpolation)),
        token.immediate('"'),
      ),

    string_text: (_) => token.immediate(prec(1, /[^"\\$]+|\$/)),

    escape: (_) => token.immediate(/\\(u\{[^}"\n]*\}|.|\n)/),

    interpolation: ($) =>
      seq(
        token.immediate(prec(2, "${")),
        field("value", $._expression),
        optional(seq(":", optional(field("format", $.format)))),
        "}",
      ),

    format: (_) => token.immediate(prec(1, choice(/[^:{}\n][<>^][^{}\n"]*/, /[^{}\n"]+/))),

    // A line with two or with more than three slashes.
    comment: (_) => token(choice(/\/\/([^\/\n][^\n]*)?/, /\/\/\/\/[^\n]*/)),

    block_comment: (_) => token(/\/\*[^*]*\*+([^\/*][^*]*\*+)*\//),

    doc_comment: (_) => token(/\/\/\/([^\/\n][^\n]*)?/),
  },
});
