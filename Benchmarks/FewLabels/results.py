"""Results in one JSON file: what was measured once is not measured again."""

import fcntl
import json
import os
from contextlib import contextmanager


class Results:
    """Keys are `SET SIZE DRAW CONTESTANT`; values have `accuracy`, `seconds` and `processor` seconds. Several processes may add to the file."""

    def __init__(self, path):
        self.path = path
        self.values = json.loads(path.read_text()) if path.is_file() else {}

    def get(self, *key):
        return self.values.get(" ".join(map(str, key)))

    def add(self, *key, figures):
        with self.changing():
            self.values[" ".join(map(str, key))] = figures

    def forget(self, keys):
        with self.changing():
            for key in keys:
                self.values.pop(" ".join(map(str, key)), None)

    @contextmanager
    def changing(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(self.path.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.path.is_file():
                self.values = json.loads(self.path.read_text())
            yield
            new = self.path.with_suffix(".new")
            new.write_text(json.dumps(self.values, indent=0, sort_keys=True))
            os.replace(new, self.path)
