"""The files of git dependencies in the user's cache, one folder per commit, verified whenever they are read.

The name of a folder has the commit and the digest of its files, so a folder that was changed does not exist. The files
are read once: what was verified is what is compiled.
"""

from __future__ import annotations

from beskid.base.node import node
from beskid.driver.failure import DriverError
from beskid.files.folders import PrivateFolder
from beskid.files.problems import FileError, shown_name
from beskid.files.stored_trees import Tree, read_tree, write_tree
from beskid.files.walking import names_in

CHECKOUTS = "git"
DIGEST_PREFIX = "sha256:"
_DIGITS_IN_NAME = 32


@node
class Checkout:
    """The files of one commit, by the parts of their paths, and the folder that has them."""

    folder: str
    commit: str
    digest: str
    files: Tree


def tree_digest(files: Tree) -> str:
    """The digest of the names and contents of files, in an order that no file system decides."""
    # A program without git dependencies does not pay for the import.
    from hashlib import sha256

    whole = sha256()
    for parts in sorted(files):
        name = "/".join(parts).encode("utf-8", "surrogateescape")
        whole.update(b"%d %s %s\n" % (len(name), name, sha256(files[parts]).hexdigest().encode("ascii")))
    return DIGEST_PREFIX + whole.hexdigest()


def read_checkout(folder: str, commit: str) -> Checkout | None:
    """Read a folder as a checkout; None when something in it cannot be read."""
    try:
        files = read_tree(folder)
    except FileError:
        return None
    return Checkout(folder, commit, tree_digest(files), files)


class CheckoutStore:
    """The folder of checkouts in the user's cache. Each checkout is read at most once."""

    __slots__ = ("_cache", "_loaded")

    def __init__(self, cache_folder: str) -> None:
        """`cache_folder` is empty where there is no cache."""
        self._cache = cache_folder
        self._loaded: dict[str, Checkout] = {}

    def load(self, commit: str) -> Checkout | None:
        """The checkout of a commit, if it is there, private to this user, and unchanged."""
        if commit not in self._loaded:
            found = self._find(commit)
            if found is None:
                return None
            self._loaded[commit] = found
        return self._loaded[commit]

    def store(self, commit: str, files: Tree) -> Checkout:
        """Keep the files of a commit. Raises `DriverError` where the cache cannot be used."""
        digest = tree_digest(files)
        known = self.load(commit)
        if known is not None and known.digest == digest:
            # Another process may be reading it.
            return known
        base = self._folder()
        if not self._cache or not self._is_private(create=True):
            raise DriverError(
                f"the cache {shown_name(base)} cannot be used", "`beskid doctor` says what is wrong with it"
            )
        try:
            folder = write_tree(base, _name(commit, digest), files)
        except FileError as error:
            raise DriverError(f"cannot write {shown_name(error.path)}: {error.reason}", error.help) from error
        self._loaded[commit] = Checkout(folder, commit, digest, files)
        return self._loaded[commit]

    def _folder(self) -> str:
        return f"{self._cache}/{CHECKOUTS}"

    def _is_private(self, name: str = "", create: bool = False) -> bool:
        """Whether the cache, its folder of checkouts and one checkout belong to this user alone."""
        opened: list[PrivateFolder] = []
        try:
            folder = PrivateFolder.open(self._cache, create)
            for each in (CHECKOUTS, name) if name else (CHECKOUTS,):
                if folder is None:
                    return False
                opened.append(folder)
                folder = folder.child(each, create)
            if folder is not None:
                opened.append(folder)
            return folder is not None
        finally:
            for each_folder in opened:
                each_folder.close()

    def _find(self, commit: str) -> Checkout | None:
        if not self._cache:
            return None
        for name in names_in(self._folder()):
            if not name.startswith(f"{commit}-") or not self._is_private(name):
                continue
            checkout = read_checkout(f"{self._folder()}/{name}", commit)
            if checkout is not None and name == _name(commit, checkout.digest):
                return checkout
        return None


def _name(commit: str, digest: str) -> str:
    return f"{commit}-{digest.removeprefix(DIGEST_PREFIX)[:_DIGITS_IN_NAME]}"
