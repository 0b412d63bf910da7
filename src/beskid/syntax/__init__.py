"""From source text to syntax tree: tokens, lexer, parser, formatter."""
