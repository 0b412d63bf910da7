"""Modules, symbols, scopes and how a written path finds its item."""
