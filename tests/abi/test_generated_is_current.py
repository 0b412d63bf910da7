"""Every file derived from `runtime/abi.toml` is the one the generator would write now."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.abi.generate import CONTRACT_PATH, generated_files

ROOT = Path(__file__).resolve().parents[2]
FILES = generated_files((ROOT / CONTRACT_PATH).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(FILES))
def test_generated_file_is_current(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name]


@pytest.mark.parametrize("name", sorted(FILES))
def test_generated_file_names_its_generator_first(name: str) -> None:
    assert "python -m beskid.abi.generate" in FILES[name].splitlines()[0]
