"""Syntax: tokens, lexer, parser and formatter."""
