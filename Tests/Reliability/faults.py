"""System calls that fail: full disks, broken disks, missing permissions, interrupted calls."""

import calls
from jobs import check_nothing_left, check_state, recover
from kills import calls_of
from program import require

NAMES = ("rename", "renameat", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat")
MODES = ("chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "utimensat")
# sync_file_range is only a hint: its failures mean nothing.
ERRORS = {
    **{name: ("ENOSPC", "EIO", "EINTR") for name in calls.WRITING},
    **{name: ("ENOSPC", "EACCES", "EIO", "EINTR") for name in ("open", "openat", "creat")},
    **{name: ("ENOSPC", "EACCES", "EIO") for name in NAMES},
    **{name: ("EACCES", "EIO") for name in calls.REMOVING},
    **{name: ("EPERM",) for name in MODES},
    "renameat2": ("EACCES", "EIO"),
    "fsync": ("EIO", "ENOSPC"),
    "ftruncate": ("EIO",),
    "fallocate": ("ENOSPC",),
}
MESSAGES = {
    "ENOSPC": "No space left on device", "EIO": "Input/output error", "EACCES": "Permission denied", "EINTR": "Interrupted system call",
    "EPERM": "Operation not permitted",
}
JOBS = (
    "tune", "tune --force", "tune with checkpoints", "quantize", "quantize --force", "transplant", "transplant --force", "evaluate",
    "evaluate --force",
)
# Kept permissions and cleaning up are done as well as can be; where names cannot be exchanged there is another way.
QUIET = calls.REMOVING + MODES + ("renameat2",)


def cases(stage):
    found = {}
    for name in JOBS:
        if not stage.can(name):
            continue
        # Aloud, for what is said is looked at; and as the writing of it counts too.
        job = stage.job(name).loud
        for index, call in enumerate(calls_of(stage, job)):
            if call.is_to_stream:
                continue
            errors = ERRORS.get(call.name, ())
            if "checkpoints" in name and errors:
                errors = (errors[index % len(errors)],)
            for error in errors:
                found[f"{name}/{call} {error}"] = case(stage, job, call, error)
            if call.name in calls.WRITING and call.ordinal % 8 == 1:
                found[f"{name}/{call} ENOSPC from then on"] = case(stage, job, call, "ENOSPC", stays=True)
    return found


def case(stage, job, call, error, stays=False):
    def run(root):
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        outcome = stage.program.run(job.arguments, work, prefix=calls.prefix(root / "trace", [calls.fail(call, error, stays)]))
        # What was made to fail may be another call than in the traced run, where checkpoints depend on the time.
        hits = calls.failed(root / "trace")
        state = check_state(job, work)
        removes = call.name in calls.REMOVING or (call.name.startswith("rename") and not call.is_for_passing)
        if error == "EINTR" and call.name in calls.WRITING:
            require(outcome.status == 0, f"an interrupted {call.name} is to be done again: {outcome}")
        if not stays and any(calls.is_for_checkpoint(hit, root / "trace") for hit in hits):
            require(outcome.status == 0, f"a checkpoint that cannot be saved must not end the run: {outcome}")
        if outcome.status == 0:
            require(state == "new", f"the run ended with 0, and its output is {state}")
            is_silent = stays or removes or error == "EINTR" or call.name in QUIET or all(hit.is_to_stream for hit in hits)
            require(is_silent or MESSAGES[error] in outcome.remarks, f"nothing is said of a failed {call.name}")
        else:
            require(outcome.status in (73, 74), f"a failure to write should end with 73 or 74: {outcome}")
            # Where all writing fails from then on, nothing can be said either.
            if not stays:
                check_message(job, outcome, error)
        if not removes:
            check_nothing_left(job, work, "a run that failed" if outcome.status else "the run")
        recover(stage.program, job, work, state)

    return run


def check_message(job, outcome, error):
    names = [job.output] + [name.rsplit("/", 1)[-1] for name in job.new_tree if name]
    require(any(name in outcome.error for name in names), f"the message names no file: {outcome.error}")
    require(MESSAGES[error] in outcome.error, f"the message does not say why: {outcome.error}")
