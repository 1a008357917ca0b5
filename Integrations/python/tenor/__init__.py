"""Text classifiers that Tenor has tuned.

    from tenor import Classifier

    with Classifier("my-model") as classifier:
        for answer in classifier.predict(["What a lovely evening.", "Never again."]):
            print(answer.label, answer.probability)
"""

from .answers import LabelAnswer, LabelsAnswer, NumbersAnswer
from .classifiers import Classifier, MultiLabelClassifier, Regressor
from .program import TenorError

__all__ = ["Classifier", "LabelAnswer", "LabelsAnswer", "MultiLabelClassifier", "NumbersAnswer", "Regressor", "TenorError"]
