"""A process of one peer: peers.py setfit|lr BASE DRAW… trains on each draw's train.csv and answers its test.csv.

Prints a line of JSON for each draw. `seconds` runs from opening the base to the trained classifier; imports and answering do not count.
`processor` has the seconds of all processors in that time.
"""

import json
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import numpy as np
import transformers
from sentence_transformers import SentenceTransformer
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold

import draws

transformers.utils.logging.set_verbosity_error()


class LogisticRegressionOnMeans:
    """scikit-learn's logistic regression on mean embeddings of length 1. C comes from stratified cross-validation in five folds, or in as
    many as the rarest label has rows."""

    vectors = {}  # of the texts answered before: many draws have the same test rows

    def train(self, base, texts, labels, seed):
        self.encoder = SentenceTransformer(base, device="cpu")
        rarest = min(labels.count(label) for label in set(labels))
        folds = StratifiedKFold(max(2, min(5, rarest)), shuffle=True, random_state=seed)
        self.head = LogisticRegressionCV(Cs=np.logspace(-4, 4, 10), cv=folds, max_iter=10_000)
        self.head.fit(self.encode(texts), labels)

    def encode(self, texts):
        return self.encoder.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    def answer(self, texts):
        new = [text for text in texts if text not in self.vectors]
        if new:
            self.vectors.update(zip(new, self.encode(new)))
        return self.head.predict(np.stack([self.vectors[text] for text in texts]))


class SetFit:
    """SetFit as its documentation has it: one epoch, 20 iterations, batches of 16 and its own head."""

    def train(self, base, texts, labels, seed):
        from datasets import Dataset
        from setfit import SetFitModel, Trainer, TrainingArguments

        names = sorted(set(labels))
        rows = Dataset.from_dict({"text": texts, "label": [names.index(label) for label in labels]})
        self.names, self.model = names, SetFitModel.from_pretrained(base, device="cpu")
        with tempfile.TemporaryDirectory() as scratch:
            arguments = TrainingArguments(
                output_dir=scratch, num_epochs=1, num_iterations=20, batch_size=16, seed=seed, save_strategy="no",
                report_to="none", show_progress_bar=False)
            Trainer(model=self.model, args=arguments, train_dataset=rows).train()

    def answer(self, texts):
        return [self.names[int(index)] for index in self.model.predict(texts, show_progress_bar=False)]


PEERS = {"setfit": SetFit, "lr": LogisticRegressionOnMeans}


def measure(peer, base, draw):
    texts, labels = map(list, zip(*draws.read(draw / "train.csv")))
    test_texts, test_labels = map(list, zip(*draws.read(draw / "test.csv")))
    seed = int(draw.name)
    start, processor = time.perf_counter(), time.process_time()
    peer.train(base, texts, labels, seed)
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    right = sum(answer == label for answer, label in zip(peer.answer(test_texts), test_labels))
    return {"draw": str(draw), "accuracy": right / len(test_labels), "seconds": seconds, "processor": processor}


def main():
    name, base, *folders = sys.argv[1:]
    # The libraries print to standard output as well; only the figures go there.
    figures = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for folder in folders:
        print(json.dumps(measure(PEERS[name](), base, Path(folder))), file=figures, flush=True)


main()
