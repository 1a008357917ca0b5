"""What lies under a path, as a value that can be compared."""

import os
import stat
from pathlib import Path


def tree(path):
    """Every file, folder and link under `path`: {relative path: (kind, permissions, contents)}. Links are not followed.

    None if nothing has that name.
    """
    path = Path(path)
    if not os.path.lexists(path):
        return None
    entries = {}

    def add(place, name):
        status = place.lstat()
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISLNK(status.st_mode):
            entries[name] = ("link", None, os.readlink(place))
        elif stat.S_ISDIR(status.st_mode):
            entries[name] = ("folder", mode, None)
            for child in sorted(os.listdir(place)):
                add(place / child, f"{name}/{child}" if name else child)
        else:
            entries[name] = ("file", mode, place.read_bytes())

    add(path, "")
    return entries


def size(entries):
    """Bytes of all files in a tree."""
    return sum(len(contents) for kind, _, contents in (entries or {}).values() if kind == "file")


def difference(found, wanted):
    """The first differences between two trees, in words; empty if there are none."""
    if found == wanted:
        return ""
    if found is None or wanted is None:
        return "it is missing" if found is None else "it is there"
    parts = [f"'{name}' is missing" for name in wanted if name not in found]
    parts += [f"'{name}' is there" for name in found if name not in wanted]
    parts += [f"'{name}' differs" for name in wanted if name in found and found[name] != wanted[name]]
    return ", ".join(parts[:4])
