"""What a model says of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Tuple


@dataclass(frozen=True)
class LabelAnswer:
    """The most probable label of a text, or None for both if the text is blank."""

    label: Optional[str]
    probability: Optional[float]
    #: Each label's probability; empty for a blank text.
    probabilities: Mapping[str, float]
    #: The number of tokens that did not fit into the model.
    truncated: int


@dataclass(frozen=True)
class LabelsAnswer:
    """The labels of a text, any number of them, most probable first."""

    labels: Tuple[str, ...]
    #: Each label's probability; empty for a blank text.
    probabilities: Mapping[str, float]
    #: The number of tokens that did not fit into the model.
    truncated: int


@dataclass(frozen=True)
class NumbersAnswer:
    """The numbers that a regression gives a text, by their names; empty for a blank text."""

    values: Mapping[str, float]
    #: The number of tokens that did not fit into the model.
    truncated: int
