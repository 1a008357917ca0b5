"""The commands that write something, what they make when left alone, and what must hold after they were not."""

import functools
import json
import os
import shutil
import threading
import time
from dataclasses import dataclass, replace

import calls
import models
from program import Failed, Skipped, require
from trees import difference, tree

NEIGHBOUR = "neighbour.txt"
PASSING = ".tenor-"
LINKS = "links"


@dataclass(frozen=True)
class Job:
    """A command that writes `output` in its working folder, over what is at `old` if that is given."""

    name: str
    arguments: tuple
    output: str = "out"
    old: str = None
    checkpoints: bool = False
    # Whether the output is named by a link in another folder.
    is_linked: bool = False
    old_tree: dict = None
    new_tree: dict = None
    seconds: float = 0

    def prepare(self, folder):
        (folder / NEIGHBOUR).write_text("mine\n")
        if self.old and os.path.isdir(self.old):
            shutil.copytree(self.old, folder / self.output)
        elif self.old:
            shutil.copy(self.old, folder / self.output)
        if self.is_linked:
            (folder / LINKS).mkdir()
            (folder / LINKS / self.output).symlink_to(f"../{self.output}")

    @property
    def checkpoint(self):
        return (f"{LINKS}/" if self.is_linked else "") + self.output + ".checkpoint"

    @property
    def linked(self):
        """The same with its output named by a link."""
        arguments = tuple(f"{LINKS}/{self.output}" if word == self.output else word for word in self.arguments)
        return replace(self, name=f"{self.name}, through a link", arguments=arguments, is_linked=True)

    @property
    def forced(self):
        return self.arguments if "--force" in self.arguments else (*self.arguments, "--force")

    @property
    def loud(self):
        """The same, saying what it says to people."""
        return replace(self, arguments=tuple(word for word in self.arguments if word != "--quiet"))


def passing_names(folder):
    """The names beside the output that only a run in progress has."""
    names = os.listdir(folder) + (os.listdir(folder / LINKS) if (folder / LINKS).is_dir() else [])
    return [name for name in names if name.startswith(PASSING)]


def has_checkpoint(job, folder):
    return os.path.lexists(folder / job.checkpoint)


def has_checkpoint_aside(job, folder):
    """Whether a kill left the checkpoint under the name that it has while its successor takes its place, where names cannot be exchanged."""
    asides = [name for name in passing_names(folder) if name.startswith(f"{PASSING}old-")]
    return not has_checkpoint(job, folder) and any((folder / name / "state.json").exists() for name in asides)


def check_state(job, folder):
    """What lies under the output's name: 'absent', 'old' or 'new', whole. Anything else, and anything else in the folder, is a failure."""
    require((folder / NEIGHBOUR).read_text() == "mine\n", "another file was changed")
    allowed = {NEIGHBOUR, job.output, LINKS} | ({job.checkpoint} if job.checkpoints else set())
    strange = [name for name in os.listdir(folder) if name not in allowed and not name.startswith(PASSING)]
    require(not strange, f"unknown names are left: {strange}")
    found = tree(folder / job.output)
    if found == job.new_tree:
        return "new"
    if has_checkpoint(job, folder):
        check_checkpoint(folder / job.checkpoint)
    if found == job.old_tree:
        return "old" if found is not None else "absent"
    if found is None:
        raise Failed("the old output is gone, and no new one is there")
    raise Failed(f"the output is not whole: {difference(found, job.new_tree)}")


def check_checkpoint(path):
    """A checkpoint is whole as long as it is needed."""
    try:
        state = json.loads((path / "state.json").read_text())
        require("format_version" in state and "fingerprint" in state, "the checkpoint's state.json is not whole")
    except (OSError, ValueError) as error:
        raise Failed(f"the checkpoint is not whole: {type(error).__name__}") from None
    require((path / "state.safetensors").exists(), "the checkpoint has no state.safetensors")


def check_nothing_left(job, folder, what):
    left = passing_names(folder)
    require(not left, f"{what} leaves {len(left)} passing names beside the output")


def recover(program, job, folder, state):
    """Runs the job once more, as a person would. It must end as if nothing had happened, and leave nothing."""
    if has_checkpoint_aside(job, folder):
        outcome = program.run(job.arguments, folder)
        require(outcome.status == 73 and "--resume" in outcome.error, f"the next run should bring back the checkpoint and say so: {outcome}")
    resumes = has_checkpoint(job, folder)
    if resumes:
        arguments = (*job.arguments, "--resume")
    elif state == "new":
        arguments = job.forced
    else:
        arguments = job.arguments
    outcome = program.run(arguments, folder)
    again = "the resumed run" if resumes else "the next run"
    if resumes and state == "new":
        again = "resuming a run that is complete"
        require(outcome.status == 0, f"{again} should end with 0: {outcome}")
        require("complete" in outcome.output + outcome.remarks, f"{again} does not say so: {outcome.remarks!r}")
    require(outcome.status == 0, f"{again} should end with 0: {outcome}")
    problem = difference(tree(folder / job.output), job.new_tree)
    require(not problem, f"{again} ends with other files: {problem}")
    require(not has_checkpoint(job, folder), f"{again} leaves a checkpoint")
    check_nothing_left(job, folder, again)
    check_state(job, folder)


class Stage:
    """The program, models, corpora and jobs that all parts share, in a folder that others may read too."""

    def __init__(self, program, root, fixtures, repository):
        self.program, self.root = program, root
        self.base, self.opinions = root / "base", root / "opinions.csv"
        shutil.copytree(fixtures / "command/base", self.base)
        shutil.copy(fixtures / "command/opinions.csv", self.opinions)
        reviews = repository / "Corpora/reviews/train.csv"
        self.reviews = models.read_rows(reviews)
        self.larger = root / "larger"
        models.write_larger_base(self.larger, self.base)
        self.scratch = root / "scratch"
        self.scratch.mkdir()
        self.classifier = self._make("classifier", self.tuning("--seed", 3))
        program.succeed(["inspect", self.classifier], root)
        program.succeed(["classify", self.opinions, "--model", self.classifier], root)
        self.vocabulary = self._make("small.model", ["vocabulary", reviews, "--size", 1000])
        self.figures = self._make("old.json", ["evaluate", self.opinions, "--model", self.base_of_figures()], "--json")
        self.jobs, self.lock = {}, threading.Lock()

    def base_of_figures(self):
        """A classifier whose figures are others."""
        return self._make("other", self.tuning("--seed", 4, "--epochs", 1))

    def tuning(self, *more, base=None, corpus=None):
        options = {"--unfreeze": "top:1", "--epochs": 2, "--threads": 1}
        words = [str(word) for word in more]
        for name, value in options.items():
            if name not in words:
                words += [name, str(value)]
        return ["tune", str(corpus or self.opinions), "--model", str(base or self.base), *words]

    def _make(self, name, arguments, option="--output"):
        path = self.root / name
        if not path.exists():
            self.program.succeed([*arguments, option, path], self.root)
        return path

    def fresh(self, name):
        """A new empty folder."""
        path = self.scratch / f"{name}-{time.monotonic_ns()}"
        path.mkdir()
        return path

    def _make_job(self, name):
        classifying = (str(self.opinions), "--model", str(self.classifier), "--threads", "1")
        quantizing = ("quantize", *classifying, "--max-loss", "100", "--output", "out")
        transplanting = ("transplant", "--model", str(self.base), "--vocabulary", str(self.vocabulary), "--output", "out")
        evaluating = ("evaluate", *classifying, "--json", "figures.json")
        plain = [
            Job("tune", (*self.tuning(), "--quiet", "--output", "out"), checkpoints=True),
            Job("tune larger", (*self.tuning("--unfreeze", "none", base=self.larger), "--quiet", "--output", "out"), checkpoints=True),
            *([self._checkpointing()] if "checkpoints" in name else []),
            Job("quantize", quantizing),
            Job("transplant", transplanting),
            Job("evaluate", evaluating, output="figures.json"),
        ]
        for job in plain:
            old = str(self.figures if job.output == "figures.json" else self.classifier)
            forced = replace(job, name=f"{job.name} --force", arguments=job.forced, old=old)
            for each in (job, forced, *([forced.linked] if job.name == "tune" else [])):
                if each.name == name:
                    return self._finished(each)
        raise KeyError(name)

    def job(self, name):
        """The job of that name, made when it is first asked for."""
        with self.lock:
            if name not in self.jobs:
                self.jobs[name] = self._make_job(name)
        if self.jobs[name] is None:
            raise Skipped(f"this processor cannot {name}")
        return self.jobs[name]

    def can(self, name):
        """Whether this processor can do it."""
        try:
            return self.job(name) is not None
        except Skipped:
            return False

    def _finished(self, job):
        """The job with what it makes when nothing disturbs it; None where this processor cannot do it."""
        folder = self.fresh("reference")
        job.prepare(folder)
        before = tree(folder / job.output)
        outcome = self.program.run(job.arguments, folder)
        if outcome.status == 69:
            return None
        require(outcome.status == 0, f"{job.name} should succeed when nothing disturbs it: {outcome}")
        if job.output == "out":
            self.program.succeed(["inspect", "out"], folder)
        return replace(job, old_tree=before, new_tree=tree(folder / job.output), seconds=outcome.seconds)

    @functools.cache
    def _checkpointing(self):
        """Tuning in three epochs, after two of which a checkpoint is saved. How long an epoch must take for that is the program's to say,
        so the corpus grows until it is; and a little more, for the machine may be less busy later."""
        times = 1
        while times <= 64:
            job = self._checkpointing_job(times)
            traced = calls.of_run(self.program, job, self.fresh("probe"))
            if sum(call.puts(job.checkpoint) for call in traced) >= 2:
                return self._checkpointing_job(times + times // 3 + 1)
            times += times // 2 + 1
        raise Failed("no checkpoint is saved after epochs of several seconds")

    def _checkpointing_job(self, times):
        corpus = self.root / f"reviews-{times}.csv"
        models.write_rows(corpus, self.reviews * times)
        arguments = self.tuning("--unfreeze", "top:1", "--epochs", 3, "--batch-size", 8, corpus=corpus)
        return Job("tune with checkpoints", (*arguments, "--quiet", "--output", "out"), checkpoints=True)

