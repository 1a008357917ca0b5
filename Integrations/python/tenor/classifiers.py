"""Models that `tenor tune` has written, one class for each kind of answer."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import Any, Dict, Generic, Iterable, List, Optional, TypeVar, Union

from .answers import LabelAnswer, LabelsAnswer, NumbersAnswer
from .program import Program, TenorError

Answer = TypeVar("Answer", LabelAnswer, LabelsAnswer, NumbersAnswer)
Self = TypeVar("Self", bound="Model[Any]")

#: The class for a model, by a key that only its answers have.
_KINDS = {"label": "Classifier", "labels": "MultiLabelClassifier", "values": "Regressor"}


class Model(ABC, Generic[Answer]):
    """A model folder that is open. It holds one process, which ends with close(), with the `with` statement, or with this program.

    folder: what `tenor tune` wrote, or any other folder with a classifier.
    threads: processors to use; all if None.
    precision: "fp32", "bf16" or "int8"; None for that of the folder.
    max_length: the number of tokens that a text is truncated to; None for that of tuning.

    Raises TenorError if the folder cannot be used.
    """

    _key: str

    def __init__(
        self,
        folder: Union[str, "os.PathLike[str]"],
        *,
        threads: Optional[int] = None,
        precision: Optional[str] = None,
        max_length: Optional[int] = None,
    ) -> None:
        options = [f"--model={os.fspath(folder)}"]
        for name, value in (("threads", threads), ("precision", precision), ("max-length", max_length)):
            if value is not None:
                options.append(f"--{name}={value}")
        self._program = Program(options)
        # A blank text loads the model, and shows what kind of answers it gives.
        answer = self._program.answer([""])[0]
        if self._key not in answer:
            self.close()
            kind = next(name for key, name in _KINDS.items() if key in answer)
            raise TenorError(f"{os.fspath(folder)}: is no model for {type(self).__name__}, open it with {kind}")

    def predict(self, texts: Iterable[str]) -> List[Answer]:
        """The answers to texts, in their order.

        Raises ValueError or TypeError for what is no text, before any is answered, and TenorError if the program has ended. After a
        TenorError or an interruption, the model has to be opened again.
        """
        if isinstance(texts, str):
            raise TypeError("texts is a str, it must be an iterable of them")
        return [self._answer(answer) for answer in self._program.answer(texts)]

    @abstractmethod
    def _answer(self, json: Dict[str, Any]) -> Answer: ...

    def close(self) -> None:
        """Ends the process."""
        program = getattr(self, "_program", None)
        if program is not None:
            program.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


class Classifier(Model[LabelAnswer]):
    """A model that gives each text one label."""

    _key = "label"

    def _answer(self, json: Dict[str, Any]) -> LabelAnswer:
        return LabelAnswer(json["label"], json["probability"], json["probabilities"], json["truncated"])


class MultiLabelClassifier(Model[LabelsAnswer]):
    """A model that gives each text any number of labels."""

    _key = "labels"

    def _answer(self, json: Dict[str, Any]) -> LabelsAnswer:
        return LabelsAnswer(tuple(json["labels"]), json["probabilities"], json["truncated"])


class Regressor(Model[NumbersAnswer]):
    """A model that gives each text numbers."""

    _key = "values"

    def _answer(self, json: Dict[str, Any]) -> NumbersAnswer:
        return NumbersAnswer(json["values"], json["truncated"])
