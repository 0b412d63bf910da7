"""The state of an editor: open documents, the newest snapshot of each project, and the diagnostics to show.

One thread owns an `Editor`. Checking happens in steps (`work`), the document that was edited last first, so that the
caller can look for new texts and requests in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from beskid.base.node import replace
from beskid.driver.cache.key import core_library_folder
from beskid.driver.open_projects import OpenProject, OpenProjects
from beskid.ide.snapshot import Snapshot
from beskid.source.codes import W1407, W1409, W1503, W1504, W1610, W1611, W1612, W1613, W1614, W1615
from beskid.source.diagnostics import Diagnostic, has_errors
from beskid.source.text import SourceText, Span

_LATE = frozenset((W1407, W1409, W1503, W1504, W1610, W1611, W1612, W1613, W1614, W1615))
"""Warnings that only the check of the whole program finds. Until then those of the last check stay."""

MAX_REPLACED = 2
"""How many old snapshots are kept while texts change faster than they are checked."""

Publish = Callable[[str, SourceText | None, list[Diagnostic]], None]
"""Shows the diagnostics of a file: its absolute path, the text that they belong to, and the diagnostics."""


class Editor:
    __slots__ = ("_publish", "_replaced", "_shown", "_snapshots", "_visible", "_waiting", "_whole", "projects")

    def __init__(self, publish: Publish) -> None:
        self.projects = OpenProjects()
        self._publish = publish
        self._snapshots: dict[str, Snapshot] = {}
        self._replaced: list[Snapshot] = []
        """Old snapshots, which are freed after the diagnostics of the edited document are shown: that takes as long as
        a third of its check in a project of 20,000 lines."""
        self._visible: list[str] = []
        """The open documents, the one that was edited last at the end."""
        self._waiting: list[str] = []
        """Documents whose own diagnostics are not shown yet, the next one at the end."""
        self._whole: dict[str, list[Diagnostic]] = {}
        """The diagnostics that the last check of the whole program found, by path."""
        self._shown: dict[str, set[str]] = {}
        """The files with diagnostics, by project."""

    # Documents ---------------------------------------------------------------------------------------------------

    def open(self, path: str, text: str) -> None:
        self.projects.set_text(path, text)
        self._touch(path)

    def change(self, path: str, text: str) -> None:
        if self.projects.texts.get(path) != text:
            self.projects.set_text(path, text)
        self._touch(path)

    def _touch(self, path: str) -> None:
        for each in (self._visible, self._waiting):
            if path in each:
                each.remove(path)
            each.append(path)

    def close(self, path: str) -> None:
        project = self.projects.close(path)
        for each in (self._visible, self._waiting):
            if path in each:
                each.remove(path)
        if project is not None and not any(other in self._visible for other in self._paths_of(project)):
            # Nothing of the project is open.
            self._forget(project.key)
            self.projects.forget(project)

    def _forget(self, key: str) -> None:
        """Free what is known about a project that is gone; its diagnostics go away."""
        for path in self._shown.pop(key, set()):
            self._publish(path, None, [])
            self._whole.pop(path, None)
        snapshot = self._snapshots.pop(key, None)
        if snapshot is not None:
            snapshot.close()

    def _paths_of(self, project: OpenProject) -> set[str]:
        return {path for path in self._visible if self.projects.project_of(path) is project}

    def files_changed(self) -> None:
        """Read all projects again after files changed on disk."""
        for project in list(self.projects.projects.values()):
            self.projects.refresh(project)
        for key in self._snapshots.keys() - self.projects.projects.keys():
            # A manifest appeared or went away, and its files belong to another project.
            self._forget(key)
        self._waiting = list(self._visible)

    # Snapshots ---------------------------------------------------------------------------------------------------

    def snapshot(self, path: str) -> Snapshot:
        """Return the newest snapshot of the program that a file belongs to."""
        project = self.projects.project_of(path)
        known = self._snapshots.get(project.key)
        if known is None or known.version != project.version or known.project is not project:
            if known is not None:
                if len(self._replaced) == MAX_REPLACED:
                    self._free_replaced()
                self._replaced.append(known)
            known = self._snapshots[project.key] = Snapshot(project)
        return known

    def _free_replaced(self) -> None:
        for snapshot in self._replaced:
            snapshot.close()
        self._replaced.clear()

    # Checking ----------------------------------------------------------------------------------------------------

    def work(self) -> Iterator[None]:
        """Check what is not checked yet and show it, a body at each step.

        The generator has to be made anew after a document changed.
        """
        while self._waiting:
            path = self._waiting[-1]
            yield from self._check_document(path)
            if self._waiting and self._waiting[-1] == path:
                self._waiting.pop()
        yield
        self._free_replaced()
        yield
        for key in dict.fromkeys(self.projects.project_of(path).key for path in reversed(self._visible)):
            project = self.projects.projects.get(key)
            if project is not None:
                yield from self._check_project(project)

    def _check_document(self, path: str) -> Iterator[None]:
        if _is_library_alone(self.projects.project_of(path), path):
            return
        snapshot = self.snapshot(path)
        source = snapshot.project.source_of(path)
        if source is None:
            return
        module = snapshot.module_of(source)
        if module is not None and not snapshot.check.is_checked(module):
            yield from snapshot.check.steps(module)
        if snapshot.is_finished:
            return
        self._shown.setdefault(snapshot.project.key, set()).add(path)
        self._publish(path, source, self._early(snapshot, path, source))

    def _early(self, snapshot: Snapshot, path: str, source: SourceText) -> list[Diagnostic]:
        """Return what is known about a checked text before the whole program is checked."""
        found = snapshot.reported_in(source)
        if has_errors(found):
            return found
        return sorted([*found, *self._late_of(path, source)], key=lambda each: each.span)

    def diagnostics_of(self, path: str) -> list[Diagnostic]:
        """Return what is known about a document now, after checking it."""
        project = self.projects.project_of(path)
        if _is_library_alone(project, path):
            return []
        snapshot = self.snapshot(path)
        source = project.source_of(path)
        if source is None or snapshot.is_finished:
            return [each for each in snapshot.finish() if snapshot.path_of(each.source) == path]
        snapshot.require(source)
        return self._early(snapshot, path, source)

    def all_diagnostics(self) -> dict[str, list[Diagnostic]]:
        """Return the diagnostics of all open projects by path, with an empty list for a document without one."""
        found: dict[str, list[Diagnostic]] = {path: [] for path in self._visible}
        for key in dict.fromkeys(self.projects.project_of(path).key for path in self._visible):
            project = self.projects.projects[key]
            paths = self._paths_of(project)
            if all(_is_library_alone(project, path) for path in paths):
                continue
            snapshot = self.snapshot(next(iter(paths)))
            for diagnostic in snapshot.finish():
                found.setdefault(snapshot.path_of(diagnostic.source), []).append(diagnostic)
        return found

    def _late_of(self, path: str, source: SourceText) -> list[Diagnostic]:
        """Return the warnings of the last whole check, where they are in the new text."""
        late = [each for each in self._whole.get(path, []) if each.code in _LATE]
        if not late:
            return []
        moved: list[Diagnostic] = []
        old = late[0].source.text
        head = _common(old, source.text)
        tail = _common(old[head:][::-1], source.text[head:][::-1])
        shift = len(source.text) - len(old)
        for each in late:
            if each.source.text != old:
                continue
            if each.span.end <= head:
                moved.append(replace(each, source=source, fixes=(), related=()))
            elif each.span.start >= len(old) - tail:
                span = Span(each.span.start + shift, each.span.end + shift)
                moved.append(replace(each, source=source, span=span, fixes=(), related=()))
        return moved

    def _check_project(self, project: OpenProject) -> Iterator[None]:
        paths = self._paths_of(project)
        if not paths or all(_is_library_alone(project, path) for path in paths):
            return
        snapshot = self.snapshot(next(iter(paths)))
        if snapshot.is_finished:
            return
        yield from snapshot.steps()
        self.show(snapshot)

    def show(self, snapshot: Snapshot) -> dict[str, list[Diagnostic]]:
        """Show the diagnostics of a whole program. Return them by path."""
        by_path: dict[str, list[Diagnostic]] = {}
        for diagnostic in snapshot.finish():
            by_path.setdefault(snapshot.path_of(diagnostic.source), []).append(diagnostic)
        project = snapshot.project
        for path in self._paths_of(project):
            by_path.setdefault(path, [])
        for path in self._shown.get(project.key, set()) - by_path.keys():
            self._publish(path, None, [])
        for path, found in by_path.items():
            self._whole[path] = found
            self._publish(path, found[0].source if found else project.source_of(path), found)
        self._shown[project.key] = {path for path, found in by_path.items() if found}
        return by_path


def _is_library_alone(project: OpenProject, path: str) -> bool:
    """Return whether a file of the installed core library is open outside of any project."""
    return project.resolved.source_root is None and Path(path).is_relative_to(core_library_folder())


def _common(left: str, right: str) -> int:
    """Return the length of the common start of two texts."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
