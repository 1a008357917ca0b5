"""Requests to end: Ctrl-C, the system's, a closed terminal."""

import random
import signal

from jobs import check_nothing_left, check_state, recover
from kills import interrupt
from program import require

TIMES = {
    "tune with checkpoints": 8, "tune with checkpoints --force": 3, "tune": 2, "tune larger --force": 3, "quantize --force": 2,
    "transplant --force": 1, "evaluate --force": 1,
}


def cases(stage, seed):
    found = {}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        for name, times in TIMES.items():
            for index in range(times):
                rng = random.Random(f"{seed} {number.name} {name} {index}")
                found[f"{number.name}/{name}/{index + 1}"] = case(stage, name, number, rng)
    return found


def case(stage, name, number, rng):
    def run(root):
        job = stage.job(name)
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        outcome = interrupt(stage.program, job, work, rng, number)
        # Before the program listens, and after it has ended its work, the system's own way to end is as good.
        require(outcome.status in (0, 128 + number, -number), f"{number.name} should end it with {128 + number}: {outcome}")
        if outcome.status > 0:
            require(outcome.error.startswith("tenor: "), "nothing is said of an interruption")
        state = check_state(job, work)
        check_nothing_left(job, work, "an interrupted run")
        recover(stage.program, job, work, state)

    return run
