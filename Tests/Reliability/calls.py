"""The system calls by which a run changes files, and how to end it or fail it at one of them. Needs strace."""

import re
import shutil
from collections import Counter
from dataclasses import dataclass

from program import Skipped

CHANGING = (
    "open,openat,creat,write,writev,pwrite64,pwritev,pwritev2,copy_file_range,sendfile,fallocate,truncate,ftruncate,"
    "rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,"
    "chmod,fchmod,fchmodat,chown,fchown,fchownat,lchown,utimensat,fsync,fdatasync,sync_file_range"
).split(",")
REMOVING = ("unlink", "unlinkat", "rmdir")
WRITING = ("write", "writev", "pwrite64", "pwritev", "pwritev2")


@dataclass(frozen=True)
class Call:
    """The `ordinal`-th call of that name by one thread, counted from 1."""

    name: str
    ordinal: int
    arguments: str

    @property
    def opens(self):
        return self.name in ("open", "openat", "creat")

    @property
    def is_to_stream(self):
        """Whether it writes to standard output or standard error."""
        return self.name in WRITING and re.match(r"[12]\b", self.arguments) is not None

    @property
    def is_for_passing(self):
        """Whether it works on something under a passing name, which nobody else knows."""
        return re.search(r'^[^"]*"([^"]*/)?\.tenor-\d+-', self.arguments) is not None

    def puts(self, name):
        """Whether it gives something this name in its folder."""
        target = re.findall(r'"([^"]*)"', self.arguments)[-1:]
        return self.name.startswith("rename") and [path.rsplit("/", 1)[-1] for path in target] == [name]

    def __str__(self):
        return f"{self.name}#{self.ordinal}"


def prefix(trace, injections=(), names=CHANGING):
    """The words before the program's own that trace it into a file, with things done to it on the way."""
    if not shutil.which("strace"):
        raise Skipped("strace is not installed")
    # A name that this processor's system does not have (`open` on arm64) is passed over.
    words = ["strace", "-f", "-qq", "-y", "-s", "0", "-o", str(trace), "-e", "trace=" + ",".join(f"?{name}" for name in names)]
    for injection in injections:
        words += ["-e", f"inject={injection}"]
    return words + ["--"]


def kill(call):
    """Ends the program where it is about to make the call."""
    return f"{call.name}:signal=KILL:when={call.ordinal}"


def fail(call, error, stays=False):
    """Makes the call fail, and with `stays` all calls of its name after it."""
    return f"{call.name}:error={error}:when={call.ordinal}{'+' if stays else ''}"


def read(trace):
    """The calls in a trace that change something, in their order."""
    counts, calls = Counter(), []
    pattern = re.compile(r"(\d+) +(\w+)\((.*)")
    for line in trace.read_text(errors="replace").splitlines():
        match = pattern.match(line)
        if not match:
            continue
        thread, name, arguments = match.groups()
        counts[thread, name] += 1
        call = Call(name, counts[thread, name], arguments)
        if not call.opens or "O_CREAT" in arguments or name == "creat":
            calls.append(call)
    return calls


def without_repeats(calls):
    """Two threads' calls of the same name and ordinal cannot be told apart when they are waited for; one to a stream stands for both."""
    found = {}
    for call in calls:
        key = call.name, call.ordinal
        if key not in found or call.is_to_stream:
            found[key] = call
    return list(found.values())


def of_run(program, job, root, injections=()):
    """The calls of a whole run of a job in a fresh folder."""
    work = root / "traced"
    work.mkdir()
    job.prepare(work)
    trace = root / "trace"
    program.succeed(job.arguments, work, prefix=prefix(trace, injections))
    return without_repeats(read(trace))


def failed(trace):
    """The calls that were made to fail."""
    return [call for call in read(trace) if "(INJECTED)" in call.arguments]


def is_for_checkpoint(call, trace):
    """Whether a call works on what is to become a checkpoint. One that fails before anything shows what for counts as no."""
    folder = re.search(r"\.tenor-\d+-[\da-f]+", call.arguments)
    return folder is not None and any(
        f"{folder[0]}/state." in other.arguments or folder[0] in other.arguments and other.puts("out.checkpoint") for other in read(trace))


def last_checkpoint(traced):
    """The index of the last call that puts a checkpoint in its place before the output is; -1 if there is none."""
    output = next((index for index, call in enumerate(traced) if call.puts("out")), len(traced))
    return max((index for index, call in enumerate(traced[:output]) if call.puts("out.checkpoint")), default=-1)
