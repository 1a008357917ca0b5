"""What scikit-learn's logistic regression and PyTorch's similarity loss give, for `solving.json`.

    python -P solving.py [--check]

`regressions`: rows of features as float32, labels, and for each C the coefficients, intercepts and mean log loss of
LogisticRegression on (x - mean) / scale, where scale is the root of the mean squared length of x - mean.
`losses`: states as float32, labels, and the loss and its gradient in double precision.
`trajectory`: six AdamW steps on all 24 trajectory rows of models/bert-mean, whose blocks and embeddings are
trained and whose states are averaged; the losses before each step, and the mean states of the rows after the last.
"""
import json
import pathlib
import sys

import numpy
import torch
import transformers
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

HERE = pathlib.Path(__file__).parent
RATE, STEPS, WARMUP, DECAY = 1e-3, 6, 2, 0.01


def regression(name, rows, width, labels, seed):
    dice = numpy.random.default_rng(seed)
    y = numpy.array([row % labels for row in range(rows)])
    centers = dice.normal(size=(labels, width))
    x = (centers[y] * 0.6 + dice.normal(size=(rows, width)) + 3).astype(numpy.float32)
    exact = x.astype(numpy.float64)
    centered = exact - exact.mean(axis=0)
    scaled = centered / numpy.sqrt((centered ** 2).sum(axis=1).mean())
    fits = []
    for c in (0.1, 10, 1000):
        fit = LogisticRegression(C=c, tol=1e-12, max_iter=100_000, solver="newton-cg").fit(scaled, y)
        fits.append({"strength": c, "coefficients": fit.coef_.tolist(), "intercepts": fit.intercept_.tolist(),
                     "log_loss": log_loss(y, fit.predict_proba(scaled))})
    return {"name": name, "features": x.tolist(), "labels": y.tolist(), "fits": fits}


def similarity(states, labels):
    units = torch.nn.functional.normalize(states, dim=1)
    cosines = units @ units.T
    equal = labels[:, None] == labels[None, :]
    upper = torch.triu(torch.ones_like(equal), diagonal=1)
    same, other = cosines[equal & upper], cosines[~equal & upper]
    return 0.5 * ((same - 1) ** 2).mean() + 0.5 * (other ** 2).mean()


def losses():
    dice = numpy.random.default_rng(7)
    states = dice.normal(size=(9, 6)).astype(numpy.float32)
    labels = torch.tensor([0, 1, 2, 0, 1, 0, 0, 2, 1])
    x = torch.tensor(states, dtype=torch.float64, requires_grad=True)
    value = similarity(x, labels)
    value.backward()
    return {"states": states.tolist(), "labels": labels.tolist(), "loss": value.item(), "gradient": x.grad.tolist()}


def trajectory():
    folder = HERE / "models" / "bert-mean"
    inputs = json.loads((folder / "inputs.json").read_text())["trajectory"]
    model = transformers.BertModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False).double().eval()
    rows, labels = inputs["ids"], torch.tensor(inputs["labels"])
    plain = [p for n, p in model.named_parameters() if p.dim() == 1]
    matrices = [p for n, p in model.named_parameters() if p.dim() > 1]
    optimizer = torch.optim.AdamW([{"params": plain, "weight_decay": 0.0}, {"params": matrices, "weight_decay": DECAY}], lr=RATE)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)

    def means():
        return torch.cat([model(input_ids=torch.tensor([row])).last_hidden_state.mean(dim=1) for row in rows])

    values = []
    for _ in range(STEPS):
        loss = similarity(means(), labels)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        values.append(loss.item())
    with torch.no_grad():
        return {"losses": values, "states": means().float().tolist()}


def content():
    return {"regressions": [regression("two labels", 40, 7, 2, 1), regression("five labels", 75, 9, 5, 2),
                            regression("more columns than rows", 12, 30, 3, 3)],
            "losses": losses(), "trajectory": trajectory()}


if __name__ == "__main__":
    target = HERE / "solving.json"
    text = json.dumps(content()) + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if target.read_text() == text else "solving.json is not what this script makes")
    target.write_text(text)
