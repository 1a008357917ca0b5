"""Runs both sides in turn, and says how much of the processors others had meanwhile."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Reading:
    seconds: float
    cpu: float
    peak: int  # bytes, of the whole process


class Program:
    """A process a round, timed from its start to its end. It must succeed. The folder that it writes is new in each round."""

    def __init__(self, command, stdin=None, environment=None, writes=None):
        self.command, self.stdin, self.environment, self.writes = [str(part) for part in command], stdin, environment, writes

    def run(self):
        if self.writes:
            shutil.rmtree(self.writes, ignore_errors=True)
        start = time.perf_counter()
        process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE if self.stdin else subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, env=self.environment)
        if self.stdin:
            process.stdin.write(self.stdin)
            process.stdin.close()
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"benchmark: {' '.join(self.command)}: {complaint.decode(errors='replace')[-2000:]}")
        return Reading(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))

    def close(self):
        pass


class Peer:
    """A process for all rounds, which times itself (peers.py)."""

    def __init__(self, arguments, environment):
        command = [sys.executable, str(HERE / "peers.py"), *map(str, arguments)]
        self.name = " ".join(command[2:4])
        self.complaints = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints, text=True, env=environment)
        self.first = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.complaints.seek(0)
            sys.exit(f"benchmark: {self.name}: {self.complaints.read().decode(errors='replace')[-2000:]}")
        return json.loads(line)

    def run(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return Reading(**self.answer())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# Other work that takes more than this share of the processors spoils a reading: a peer whose threads wait for each other may then take
# several times as long.
DISTURBED = 0.05


class Rounds:
    """Readings of several sides, by name, all sides once a round. One that was disturbed is taken again; the quietest of `tries` counts."""

    def __init__(self, sides, rounds, tries):
        self.readings = {name: [] for name in sides}
        self.disturbance = {name: 0.0 for name in sides}
        for _ in range(rounds):
            for name, side in sides.items():
                reading, share = quietest(side, tries)
                self.readings[name].append(reading)
                self.disturbance[name] = max(self.disturbance[name], share)
        for side in sides.values():
            side.close()

    def seconds(self, name, without=None):
        """A round each; `without` names a side whose time in the same round is taken off."""
        every = [reading.seconds for reading in self.readings[name]]
        return every if without is None else [a - b.seconds for a, b in zip(every, self.readings[without])]

    @property
    def remark(self):
        """What is not as it should be."""
        shares = [f"{name} {100 * share:.0f} %" for name, share in self.disturbance.items() if share > DISTURBED]
        return f"**Disturbed**: other work had up to so much of the processors: {', '.join(shares)}." if shares else "Undisturbed."

    def peak(self, name):
        return max(reading.peak for reading in self.readings[name])


def quietest(side, tries):
    """The reading in which others had the least share of the processors, and that share."""
    best = None
    for _ in range(tries):
        if tries > 1:
            wait_for_quiet()
        start, busy = time.perf_counter(), busy_seconds()
        reading = side.run()
        share = (busy_seconds() - busy - reading.cpu) / ((time.perf_counter() - start) * os.cpu_count())
        if best is None or share < best[1]:
            best = reading, share
        if share <= DISTURBED:
            break
    return best


def wait_for_quiet(patience=10, moment=0.25):
    """Returns when others have been quiet for a moment, or when patience is at an end."""
    end = time.perf_counter() + patience
    while time.perf_counter() < end:
        busy = busy_seconds()
        time.sleep(moment)
        if busy_seconds() - busy <= DISTURBED * moment * os.cpu_count():
            break


def busy_seconds():
    """What all processors have worked since the machine started, for anybody but processes at low priority, which make way; 0 where the
    system does not say."""
    try:
        fields = Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    except OSError:
        return 0.0
    user, _, system, _, _, interrupts, soft, stolen = map(int, fields[:8])
    return (user + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def median(values):
    return statistics.median(values)


def ratio(ours, theirs):
    """How many times as fast we were: the median of the rounds' ratios, and the least and the most."""
    ratios = sorted(their / our for our, their in zip(ours, theirs))
    return statistics.median(ratios), ratios[0], ratios[-1]
