"""What the figures were measured on."""

import datetime
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# They make OpenBLAS choose kernels of other processors.
UNWANTED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS")


def environment(threads):
    """Of every timed process: nothing that holds one side back."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    threads = {name: str(threads) for name in ("OMP_NUM_THREADS", "RAYON_NUM_THREADS")}
    return kept | threads | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true"}


def describe(tenor, layers, folder, threads, environment):
    """Name -> text."""
    versions = subprocess.run([sys.executable, HERE / "peers.py", "versions"], env=environment, check=True, capture_output=True, text=True)
    facts = {
        "date": datetime.date.today().isoformat(),
        "commit": output(["git", "-C", HERE, "describe", "--always", "--dirty", "--abbrev=10"]),
        "processor": f"{processor()}, {os.cpu_count()} cores, {threads} threads used",
        "system": system(),
        "Tenor": output([layers], env=environment),
        "Python": platform.python_version(),
    }
    return facts | json.loads(versions.stdout)


def output(command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options).stdout.strip()


def processor():
    try:
        return re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())[1]
    except (OSError, TypeError):
        return platform.processor() or platform.machine()


def system():
    try:
        return re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())[1]
    except (OSError, TypeError):
        return platform.platform()
