"""The program `tenor classify`, which runs for as long as it is needed and answers texts through a pipe."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any, Dict, Iterable, List, Sequence


class TenorError(Exception):
    """The program could not do what it was asked; the message is its own."""


#: The program that comes with the wheel.
PACKAGED = Path(__file__).parent / "bin" / "tenor"


def _executable() -> str:
    """The program of the wheel or, if this is no wheel, the one on the PATH."""
    found = str(PACKAGED) if PACKAGED.exists() else shutil.which("tenor")
    if found is None:
        raise TenorError(f"{PACKAGED}: is not there, and there is no 'tenor' on the PATH; install the wheel")
    return found


class Program:
    """One running `tenor classify`. Any number of threads may use it; their texts are answered in turn."""

    def __init__(self, options: Sequence[str]) -> None:
        command = [_executable(), "classify", "--quiet", "--format", "jsonl"]
        command += ["--input-format", "jsonl", "--encoding", "utf8", "--text-column", "text", *options]
        self._lock = threading.Lock()
        # Errors go to a file, which holds any number of them while nobody reads. Ctrl-C is for the caller, not for this process: it ends when
        # its input does.
        self._errors = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, start_new_session=True
        )

    def answer(self, texts: Iterable[str]) -> List[Dict[str, Any]]:
        """The program's answers to texts, in their order.

        Raises ValueError for a text that cannot be sent, and TenorError if the program has ended. After an error or an interruption the
        program is closed, because answers to earlier texts may still be in the pipe.
        """
        lines = [_line(index, text) for index, text in enumerate(texts)]
        with self._lock:
            if self._errors.closed:
                raise TenorError("the model is closed, open it again")
            try:
                return self._exchange(lines)
            except BaseException:
                self.close()
                raise

    def _exchange(self, lines: Sequence[bytes]) -> List[Dict[str, Any]]:
        assert self._process.stdin is not None and self._process.stdout is not None
        # Written by another thread, or both sides could wait for each other with full pipes.
        writer = threading.Thread(target=self._write, args=(lines,), daemon=True)
        writer.start()
        answers = []
        for _ in lines:
            line = self._process.stdout.readline()
            if not line.endswith(b"\n"):
                raise TenorError(self._last_words())
            answers.append(json.loads(line))
        writer.join()
        return answers

    def _write(self, lines: Sequence[bytes]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.writelines(lines)
            self._process.stdin.flush()
        except (OSError, ValueError):
            pass  # The program has ended, or was closed. The reader finds out, and knows why.

    def _last_words(self) -> str:
        status = self._process.wait()
        try:
            size = self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, size - 65_536))
            lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        except ValueError:
            return "the model was closed by another thread"
        if lines:
            return lines[-1][len("tenor: ") :] if lines[-1].startswith("tenor: ") else lines[-1]
        return f"the program ended with status {status}"

    def close(self) -> None:
        """Ends the program. Texts that it is answering are given up."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            try:
                if stream is not None:
                    stream.close()
            except OSError:
                pass  # What was not written yet has no reader any more.


def _line(index: int, text: str) -> bytes:
    if not isinstance(text, str):
        raise TypeError(f"texts[{index}] is a {type(text).__name__}, it must be a str")
    if "\0" in text:
        raise ValueError(f"texts[{index}] holds a NUL character, which is no text")
    try:
        return json.dumps({"text": text}, ensure_ascii=False).encode("utf-8") + b"\n"
    except UnicodeEncodeError as error:
        raise ValueError(f"texts[{index}] holds half of a surrogate pair at {error.start}, which is no text") from None
