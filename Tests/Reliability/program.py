"""Runs of the program, as its caller sees them."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass


class Failed(Exception):
    """Something that must hold does not."""


class Skipped(Exception):
    """This machine cannot check it."""


def require(condition, text):
    if not condition:
        raise Failed(text)


def fast_clock(source, library):
    """Builds `source` into `library`. None where there is no compiler; checkpoints then take seconds of training each."""
    compiler = shutil.which("clang") or shutil.which("cc")
    if not compiler:
        return None
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
    return library


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `status` is negative for the signal that ended it."""

    status: int
    output: str
    remarks: str
    seconds: float

    @property
    def error(self):
        """The line that says what went wrong, or the last one."""
        lines = [line for line in self.remarks.splitlines() if line.strip()]
        return next((line for line in reversed(lines) if line.startswith("tenor: ")), lines[-1] if lines else "")

    def __str__(self):
        return f"exit {self.status}" + (f" ({self.error[:200] or 'no message'})" if self.status else "")


class Program:
    """The built program. Runs take one thread each unless told otherwise, because several run side by side."""

    def __init__(self, path, clock=None):
        """`clock` is a library to preload, from `fast_clock`."""
        self.path = str(path)
        self.environment = {**os.environ, **({"LD_PRELOAD": str(clock)} if clock else {})}

    def start(self, arguments, folder, *, prefix=(), stdout=subprocess.PIPE, environment=None, **more):
        return subprocess.Popen(
            [*map(str, prefix), self.path, *map(str, arguments)], cwd=folder, stdin=subprocess.DEVNULL, stdout=stdout,
            stderr=subprocess.PIPE, env={**self.environment, **(environment or {})}, text=True, errors="replace", **more)

    @staticmethod
    def end(process, began, timeout=300):
        """Waits for a run that has been started; one that does not end is killed, and is a failure."""
        try:
            output, remarks = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failed(f"did not end within {timeout} s") from None
        return Outcome(process.returncode, output or "", remarks or "", time.monotonic() - began)

    def run(self, arguments, folder, *, timeout=300, **options):
        began = time.monotonic()
        return self.end(self.start(arguments, folder, **options), began, timeout)

    def succeed(self, arguments, folder, **options):
        outcome = self.run(arguments, folder, **options)
        require(outcome.status == 0, f"'{' '.join(map(str, arguments[:1]))}' should succeed: {outcome}")
        return outcome
