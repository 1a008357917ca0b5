"""Kills: at random times, and at every system call that changes a file."""

import random
import signal
import time

import calls
from jobs import check_state, has_checkpoint, passing_names, recover
from program import Failed, Skipped, require
from trees import tree

# How often each job is killed at a random time, 200 in all.
RANDOM = {
    "tune": 25, "tune --force": 25, "tune larger": 15, "tune larger --force": 25, "tune with checkpoints": 30,
    "tune with checkpoints --force": 20, "quantize": 10, "quantize --force": 15, "transplant": 10, "transplant --force": 10,
    "evaluate": 5, "evaluate --force": 10,
}


def wait_for_moment(process, folder, rng, job):
    """Waits for a random moment of a run: any, or one soon after it has begun to write something."""
    if rng.random() < 0.5:
        wait(process, rng.uniform(0, 1.05) * job.seconds)
        return
    seen, wanted = set(), rng.randint(1, 3 if job.checkpoints else 1)
    while process.poll() is None and len(seen) < wanted:
        seen.update(passing_names(folder))
        time.sleep(0.0002)
    wait(process, rng.uniform(0, 0.02))


def wait(process, seconds):
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(min(0.001, max(0, end - time.monotonic())))


def interrupt(program, job, folder, rng, number, arguments=None):
    """Starts a job and sends it a signal at a random moment; how it ended."""
    began = time.monotonic()
    process = program.start(arguments or job.arguments, folder)
    wait_for_moment(process, folder, rng, job)
    if process.poll() is None:
        process.send_signal(number)
    return program.end(process, began)


def random_cases(stage, seed):
    """{case name: what to do in a folder}."""
    cases = {}
    for name, times in RANDOM.items():
        for index in range(times):
            again = index % 5 == 4 and name.startswith("tune with checkpoints")
            cases[f"{name}/{index + 1}{' again and again' if again else ''}"] = random_case(
                stage, name, random.Random(f"{seed} {name} {index}"), 4 if again else 1)
    return cases


def random_case(stage, name, rng, kills):
    def run(root):
        job = stage.job(name)
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        arguments = job.arguments
        for _ in range(kills):
            outcome = interrupt(stage.program, job, work, rng, signal.SIGKILL, arguments)
            require(outcome.status in (0, -9), f"a run that is killed: {outcome}")
            state = check_state(job, work)
            if outcome.status == 0:
                require(state == "new", f"the run ended with 0, and its output is {state}")
                break
            if not has_checkpoint(job, work) or state == "new":
                break
            arguments = (*job.arguments, "--resume")
        recover(stage.program, job, work, state)

    return run


SYSTEMATIC = (
    "tune", "tune --force", "tune with checkpoints", "tune with checkpoints --force", "quantize", "quantize --force", "transplant",
    "transplant --force", "evaluate", "evaluate --force", "tune --force, through a link",
)


def call_cases(stage):
    """A kill at each call of each job."""
    cases = {}
    for name in SYSTEMATIC:
        if not stage.can(name):
            continue
        for call in calls_of(stage, stage.job(name)):
            cases[f"{name}/{call}"] = call_case(stage, stage.job(name), call)
    return cases


def calls_of(stage, job, injections=()):
    """The calls of a run. Of one with checkpoints, which takes longer, those that have to do with them; the others are as without."""
    traced = calls.of_run(stage.program, job, stage.fresh("calls"), injections)
    if "checkpoints" not in job.name:
        return traced
    last = calls.last_checkpoint(traced)
    saved = next((index for index, call in enumerate(traced) if call.puts(job.output)), len(traced))
    return traced[: last + 4] + traced[saved:]


def call_case(stage, job, call, injections=()):
    def run(root):
        work = root / "work"
        work.mkdir()
        job.prepare(work)
        trace = root / "trace"
        outcome = stage.program.run(job.arguments, work, prefix=calls.prefix(trace, (*injections, calls.kill(call))))
        require(outcome.status in (0, -9), f"a run that is killed: {outcome}")
        try:
            state = check_state(job, work)
        except Failed:
            if not injections or not set_aside(job, work):
                raise
            check_not_lost(stage.program, job, work)
            state = check_state(job, work) if tree(work / job.output) is not None else "absent"
        if outcome.status == 0:
            require(state == "new", f"the run ended with 0, and its output is {state}")
        recover(stage.program, job, work, state)
        if outcome.status == 0:
            raise Skipped("the run ends before that call: it makes other calls from time to time")

    return run


NO_EXCHANGE = {"ENOSYS": "renameat2:error=ENOSYS", "EINVAL": "renameat2:error=EINVAL"}


def no_exchange_cases(stage):
    """The same where names cannot be exchanged in one step, as on some file systems."""
    cases = {}
    for (error, injection), name in zip(
        list(NO_EXCHANGE.items()) * 3,
        ("tune --force", "quantize --force", "tune with checkpoints", "transplant --force", "tune --force, through a link"),
    ):
        if not stage.can(name):
            continue
        job = stage.job(name)
        for call in calls_of(stage, job, [injection]):
            # Writes do not depend on it; all that is done with names does.
            if call.name not in calls.WRITING and call.name != "renameat2":
                cases[f"{name}, {error}/{call}"] = call_case(stage, job, call, [injection])
    return cases


def set_aside(job, folder):
    """Whether nothing has the output's name and the old output lies whole under a passing one."""
    return tree(folder / job.output) is None and any(
        tree(folder / name) == job.old_tree for name in passing_names(folder))


def check_not_lost(program, job, folder):
    """A run that fails must not take away the last copy of the old output."""
    arguments = ["missing" if word.endswith((".csv", ".model")) else word for word in job.arguments]
    outcome = program.run(arguments, folder)
    require(outcome.status != 0, "a run without its input should fail")
    found = tree(folder / job.output)
    require(found == job.old_tree or set_aside(job, folder), "the next run takes away the only copy of the old output, and fails")
