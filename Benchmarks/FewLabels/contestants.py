"""Runs the contestants: SetFit and logistic regression in a Python process, Tenor as its two commands."""

import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
# They make OpenBLAS choose other kernels or fewer threads.
UNWANTED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS")


def environment():
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return kept | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}


@dataclass(frozen=True)
class Peer:
    kind: str  # setfit or lr
    base: Path

    @property
    def name(self):
        return self.kind

    def measure(self, draws):
        """One process for all draws. Yields each with its figures; the seconds are those of training."""
        command = [sys.executable, HERE / "peers.py", self.kind, self.base, *draws]
        with tempfile.TemporaryFile("w+") as complaints:
            process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=complaints, text=True, env=environment())
            for line in process.stdout:
                figures = json.loads(line)
                yield Path(figures.pop("draw")), figures
            if process.wait():
                complaints.seek(0)
                sys.exit(f"few labels: {self.kind}: {complaints.read()[-3000:]}")


@dataclass(frozen=True)
class Tenor:
    program: Path
    base: Path
    options: str  # of `tenor tune`

    @property
    def name(self):
        return " ".join(["tenor", self.base.name, *self.options.split()])

    def measure(self, draws):
        """Yields each draw with its figures; the seconds are those of the whole process `tenor tune`."""
        for draw in draws:
            with tempfile.TemporaryDirectory() as scratch:
                model, written = Path(scratch) / "model", Path(scratch) / "figures.json"
                start, processor = time.perf_counter(), processor_seconds()
                self.run("tune", draw / "train.csv", "--model", self.base, "--output", model, *shlex.split(self.options))
                seconds, processor = time.perf_counter() - start, processor_seconds() - processor
                self.run("evaluate", draw / "test.csv", "--model", model, "--json", written)
                accuracy = json.loads(written.read_text())["accuracy"]
                yield draw, {"accuracy": accuracy, "seconds": seconds, "processor": processor}

    def run(self, *arguments):
        command = [str(part) for part in (self.program, *arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), stdin=subprocess.DEVNULL)
        if done.returncode:
            sys.exit(f"few labels: {shlex.join(command)}: {done.stderr[-3000:]}")


def processor_seconds():
    """What the finished child processes took of all processors."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
