"""Text to tree: tokens, lexer, parser, trivia."""
