"""Starting pytest in a process of its own from a test."""

from __future__ import annotations

import sys
from typing import Final

PYTEST: Final = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:pytest-lsp")
"""Importing the plugin for language servers would take longer than most of these runs."""
