"""What Captum's integrated gradients give for the folders in models/, for explaining.json.

    python -P explaining.py

For each folder the third row of inputs.json, with the embedding of the token `baseline` in place of each token but the special ones, and for
each label the attributions summed over the columns, from Gauss-Legendre quadrature with 100 points in double precision. Attributed is the
output of the last layer below the first block (`LayerIntegratedGradients`); for XLNet, whose layers put the batch second, the token embeddings
(`IntegratedGradients`), which are the same there. DistilBERT
is left out: the ReLU in its head makes the gradient jump, so that no rule converges to many digits. Made with the packages of
requirements.txt and captum 0.8.0.
"""
import json
import operator
import pathlib
import warnings

import torch
import transformers
from captum.attr import IntegratedGradients, LayerIntegratedGradients

HERE = pathlib.Path(__file__).parent
LAYERS = {
    "xlnet": None, "bert-erf": "bert.embeddings", "albert": "albert.encoder.embedding_hidden_mapping_in", "roberta": "roberta.embeddings",
    "xlm-roberta": "roberta.embeddings", "camembert": "roberta.embeddings", "deberta-v3": "deberta.embeddings",
    "deberta-v2-conv": "deberta.embeddings", "rembert": "rembert.encoder.embedding_hidden_mapping_in",
    "electra": "electra.embeddings_project", "mpnet": "mpnet.embeddings", "gpt2": "transformer.drop",
    "modernbert": "model.embeddings",
}
BASELINE = 6
warnings.filterwarnings("ignore")


def attributions(folder, layer):
    inputs = json.loads((HERE / "models" / folder / "inputs.json").read_text())
    attention = "sdpa" if folder.startswith("modernbert") else "eager"
    model = transformers.AutoModelForSequenceClassification.from_pretrained(
        HERE / "models" / folder, attn_implementation=attention).double().eval()
    row = inputs["ids"][2]
    # The special tokens are the smallest ids; GPT-2 has none.
    is_text = [folder == "gpt2" or token > BASELINE for token in row]
    ids = torch.tensor([row])
    start = torch.tensor([[BASELINE if text else token for token, text in zip(row, is_text)]])
    more = {"token_type_ids": torch.tensor([inputs["types"][2]])} if "types" in inputs else {}
    labels = []
    for label in range(model.config.num_labels):
        options = dict(target=label, n_steps=100, method="gausslegendre", internal_batch_size=1 if folder == "gpt2" else None)
        if layer:
            found = LayerIntegratedGradients(lambda ids: model(input_ids=ids).logits, operator.attrgetter(layer)(model)).attribute(
                ids, start, **options)
        else:
            embed = model.get_input_embeddings()
            found = IntegratedGradients(lambda states: model(inputs_embeds=states, **more).logits).attribute(
                embed(ids).detach(), embed(start).detach(), **options)
        labels.append(found.sum(-1)[0].tolist())
    with torch.no_grad():
        ends = [model(input_ids=end, **more).logits[0] for end in (start, ids)]
    error = (torch.tensor(labels).double().sum(1) - (ends[1] - ends[0])).abs().max()
    assert error < 1e-5, (folder, error)
    return {"ids": row, "is_text": is_text, "baseline": BASELINE, "scores": labels}


results = {folder: attributions(folder, layer) for folder, layer in LAYERS.items()}
(HERE / "explaining.json").write_text(json.dumps(results, indent=1) + "\n")
