"""The fuzzers by name."""

from __future__ import annotations

from tools.fuzz.binaries import Binaries
from tools.fuzz.entries import Entries
from tools.fuzz.foreign import Foreign
from tools.fuzz.manifests import Manifests
from tools.fuzz.objects import Objects
from tools.fuzz.sources import Sources
from tools.fuzz.target import Target
from tools.fuzz.units import Units
from tools.fuzz.workspaces import Locks, Workspaces

KINDS: dict[str, type[Target]] = {
    "sources": Sources,
    "manifests": Manifests,
    "workspaces": Workspaces,
    "locks": Locks,
    "binaries": Binaries,
    "entries": Entries,
    "units": Units,
    "objects": Objects,
    "foreign": Foreign,
}
