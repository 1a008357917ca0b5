#!/usr/bin/env python3
"""Kills, starves and crowds the program some thousand times, and looks at what it leaves behind.

    python3 Tests/Reliability/campaign.py TENOR [--quick] [--seed N] [--minutes N] [--jobs N] [--only TEXT]... [--keep DIR]

TENOR is the built program. Needs Python 3.9 and strace; what needs root (small disks, another user) is skipped without it. Choices follow
from the seed, but the moment at which a kill arrives is the machine's. Whatever is done to a run, its output must be whole or absent,
nothing that was there may be lost, and the next run must end with the same files as one that was left alone, with nothing else beside them.
The last line counts what held. A case that does not hold says how to run it again.
"""

import argparse
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faults
import foreign
import kills
import places
import signals
from jobs import Stage
from program import Failed, Program, Skipped, fast_clock

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]

# name, cases, share of the time
PARTS = (
    ("foreign things", lambda stage, seed: foreign.cases(stage, seed), 3),
    ("places", lambda stage, seed: places.cases(stage), 4),
    ("signals", lambda stage, seed: signals.cases(stage, seed), 2),
    ("random kills", lambda stage, seed: kills.random_cases(stage, seed), 5),
    ("kills at calls", lambda stage, seed: kills.call_cases(stage), 12),
    ("kills without exchange", lambda stage, seed: kills.no_exchange_cases(stage), 4),
    ("failing calls", lambda stage, seed: faults.cases(stage), 10),
)
QUICK = 24


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tenor", nargs="?", default=REPOSITORY / ".build/release/tenor", help="the built program")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} cases of each part")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=38, help="stop taking new cases after so long")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="cases at a time")
    parser.add_argument("--only", action="append", default=[], help="only cases with this in 'PART/CASE'; begins with the part")
    parser.add_argument("--keep", type=Path, help="leave the folders of failed cases here")
    return parser.parse_args(arguments)


class Tally:
    """How the cases of a part went, and what to say of those that did not hold: each reason once."""

    def __init__(self):
        self.counts, self.reasons = Counter(), {}
        self.lock = threading.Lock()

    def add(self, name, kind, reason=""):
        with self.lock:
            self.counts[kind] += 1
            if reason:
                # Numbers, passing names and the like differ from case to case.
                key = kind, re.sub(r"\d[\da-f-]*", "#", reason)
                self.reasons.setdefault(key, []).append((name, reason))

    def report(self, program, seed):
        for (kind, _), cases in self.reasons.items():
            name, reason = min(cases)
            jobs = sorted({case.split("/")[1] for case, _ in cases})
            more = f" ({len(cases)} cases of {', '.join(jobs)})" if len(cases) > 1 else ""
            print(f"  {kind} {name}: {reason}{more}")
            if kind == "failed":
                print(f"    again: python3 {os.path.relpath(HERE / 'campaign.py')} {program} --seed {seed} --only '{name}'")


class Campaign:
    def __init__(self, options, root):
        self.options, self.root = options, root
        self.number = iter(range(sys.maxsize))
        self.is_ending = False

    def run_case(self, name, case, deadline, tally):
        if self.is_ending or time.monotonic() > deadline:
            return tally.add(name, "not reached")
        root = self.root / f"case-{next(self.number)}"
        root.mkdir()
        root.chmod(0o755)
        kind, reason = "passed", ""
        try:
            case(root)
        except Failed as failure:
            kind, reason = "failed", str(failure)
        except Skipped as skipped:
            kind, reason = "skipped", str(skipped)
        except Exception:
            kind, reason = "failed", traceback.format_exc().strip().replace("\n", " | ")[-600:]
        if kind == "failed" and self.options.keep:
            shutil.copytree(root, self.options.keep / name.replace("/", "_"), symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(root, ignore_errors=True)
        tally.add(name, kind, reason)

    def run_part(self, part, cases, seconds):
        names = [f"{part}/{name}" for name in cases]
        only = self.options.only
        exact = [name for name in names if name in only]
        chosen = exact or [name for name in names if not only or any(text in name for text in only)]
        random.Random(f"{self.options.seed} {part}").shuffle(chosen)
        if self.options.quick:
            chosen = chosen[:QUICK]
        began, tally = time.monotonic(), Tally()
        with ThreadPoolExecutor(self.options.jobs) as pool:
            try:
                for case in [pool.submit(self.run_case, name, cases[name[len(part) + 1:]], began + seconds, tally) for name in chosen]:
                    case.result()
            except BaseException:
                # Ctrl-C and the like: cases under way end and clean up, the others do not begin.
                self.is_ending = True
                raise
        if chosen:
            shown = ", ".join(f"{tally.counts[kind]} {kind}" for kind in ("passed", "failed", "skipped", "not reached")
                              if tally.counts[kind] or kind in ("passed", "failed"))
            print(f"{part}: {shown} in {time.monotonic() - began:.0f} s")
            tally.report(self.options.tenor, self.options.seed)
            sys.stdout.flush()
        return tally.counts

    def run(self):
        end = time.monotonic() + 60 * self.options.minutes
        # A copy, which others can run and no build replaces meanwhile.
        shutil.copy(self.options.tenor, self.root / "tenor")
        program = Program(self.root / "tenor", fast_clock(HERE / "clock.c", self.root / "clock.so"))
        stage = Stage(program, self.root, REPOSITORY / "Tests/Fixtures", REPOSITORY)
        total = Counter()
        for index, (part, make, share) in enumerate(PARTS):
            if self.options.only and not any(text.startswith(part) for text in self.options.only):
                continue
            left = sum(share for _, _, share in PARTS[index:])
            seconds = max(0, end - time.monotonic()) * share / left
            total += self.run_part(part, make(stage, self.options.seed), seconds)
        return total


def main():
    options = parse(sys.argv[1:])
    if not os.access(options.tenor, os.X_OK):
        sys.exit(f"{options.tenor}: is no program; build it first, or name another")
    os.umask(0o022)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="tenor-reliability-", ignore_cleanup_errors=True) as root:
        Path(root).chmod(0o755)
        total = Campaign(options, Path(root)).run()
    others = "".join(f", {total[kind]} {kind}" for kind in ("skipped", "not reached") if total[kind])
    print(f"{total['passed']} passed, {total['failed']} failed{others}")
    sys.exit(1 if total["failed"] or not total["passed"] else 0)


if __name__ == "__main__":
    main()
