"""Writes exports/: a small corpus as annotation tools and libraries export it, and the rows that are in each file. Python 3.11, no packages.

    python exports.py            writes
    python exports.py --check    makes all again and compares

The members of the records are those that the tools write: Label Studio's converter, Argilla's `records.to_json`, `to_list(flatten=True)`, its server and its
version 1, Prodigy's `db-out`, doccano's JSON and JSONL. exports/expected.json says of each file how many records it has, which rows
they make and why the others make none.
"""
import json
import os
import sys
import uuid
import zlib
from collections import Counter

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "exports")
USERS = ["ana", "bo", "chen"]

# A text, what each annotator did with it (a label, or a word in capitals), and the row that it makes: a label, or why there is none.
TEXTS = [
    ("The rake arrived with a broken handle.", ["complaint"], "complaint"),
    ("Do you ship the green hose to Zürich?", ["question", "question"], "question"),
    ("Best pruning shears I ever had, they cut like butter 🌿", ["praise", "praise", "complaint"], "praise"),
    ("Two of the bulbs were mouldy.\nThe rest is fine.", ["complaint", "praise"], "undecided"),
    ("asdf", ["SKIP"], "skip"),
    ("When will the \"Titan\" wheelbarrow be back in stock?", ["SKIP", "question"], "question"),
    ("Thank you for the quick reply!", ["praise", "DRAFT"], "praise"),
    ("The invoice says 3 × 19,90 €, I ordered one.", ["complaint", "complaint", "question"], "complaint"),
    ("Not read by anyone yet.", [], "unlabelled"),
    ("Looked at, and nothing was chosen.", ["NOTHING"], "unlabelled"),
    ("Which of the seeds may be sown in March?", ["question"], "question"),
    ("漏水しています。", ["complaint"], "complaint"),
]
LABELS = ["complaint", "praise", "question"]
WORDS = ["SKIP", "DRAFT", "NOTHING"]


def number(*parts):
    """A number that depends on the parts, as hashes of the tools do."""
    return zlib.crc32(repr(parts).encode()) - (1 << 31)


def identifier(*parts):
    return str(uuid.UUID(int=number(*parts) + (1 << 31)))


def expected(records, rows, **left_out):
    assert records == len(rows) + sum(left_out.values()), (records, len(rows), left_out)
    return {"records": records, "rows": rows, "leftOut": left_out}


def rows_of(texts=TEXTS):
    return [[text, row] for text, _, row in texts if row in LABELS]


def reasons(texts=TEXTS, **names):
    return {names.get(reason, reason): count for reason, count in Counter(row for _, _, row in texts if row not in LABELS).items()}


# Label Studio

def label_studio_annotation(task, index, answer):
    user = index + 1
    result = [] if answer in WORDS else [{
        "value": {"choices": [answer]}, "id": f"r{task}_{user}", "from_name": "kind", "to_name": "message", "type": "choices", "origin": "manual"}]
    return {
        "id": 100 * task + user, "completed_by": user, "result": result, "was_cancelled": answer == "SKIP", "ground_truth": False,
        "created_at": f"2026-03-0{user}T10:{task:02}:00.000000Z", "updated_at": f"2026-03-0{user}T10:{task:02}:30.000000Z", "draft_created_at": None,
        "lead_time": 4.25 + task, "prediction": {}, "result_count": len(result), "unique_id": identifier(task, user), "import_id": None,
        "last_action": None, "task": task, "project": 7, "updated_by": user, "parent_prediction": None, "parent_annotation": None,
        "last_created_by": None}


def label_studio_tasks():
    tasks = []
    for task, (text, answers, _) in enumerate(TEXTS, 1):
        # A draft of Label Studio is no annotation.
        annotations = [label_studio_annotation(task, index, answer) for index, answer in enumerate(answers) if answer != "DRAFT"]
        drafts = [{"id": task, "user": USERS[index], "result": [], "was_postponed": False} for index, answer in enumerate(answers) if answer == "DRAFT"]
        tasks.append({
            "id": task, "annotations": annotations, "file_upload": "mails.csv", "drafts": drafts,
            "predictions": [{"id": task, "result": [], "model_version": "m1", "score": 0.5}] if task == 1 else [],
            "data": {"message": text}, "meta": {}, "created_at": "2026-03-01T09:00:00.000000Z", "updated_at": "2026-03-04T09:00:00.000000Z",
            "inner_id": task, "total_annotations": len(annotations), "cancelled_annotations": answers.count("SKIP"), "total_predictions": 0,
            "comment_count": 0, "unresolved_comment_count": 0, "last_comment_updated_at": None, "project": 7, "updated_by": 1, "comment_authors": []})
    return tasks


def label_studio():
    return json.dumps(label_studio_tasks(), ensure_ascii=False), expected(12, rows_of(), **reasons(skip="cancelled"))


def label_studio_truth():
    """Annotations in the older form, one of them the ground truth, beside answers to other questions and about parts of the text."""
    def annotation(user, kind, truth=False):
        region = {"start": 4, "end": 9, "text": "roses", "choices": ["plant"]}
        return {"id": user, "completed_by": {"id": user, "email": f"{USERS[user]}@example.org"}, "skipped": False, "ground_truth": truth, "lead_time": 2.0,
                "result": [{"value": {"choices": [kind]}, "from_name": "label", "to_name": "text", "type": "choices", "id": "a"},
                           {"value": {"choices": ["low"]}, "from_name": "urgency", "to_name": "text", "type": "choices", "id": "b"},
                           {"value": region, "from_name": "label", "to_name": "text", "type": "choices", "id": "c"},
                           {"value": {"text": ["by phone"]}, "from_name": "note", "to_name": "text", "type": "textarea", "id": "d"}]}
    tasks = [{"id": 1, "data": {"text": "The roses have aphids.", "shop": "Köln"}, "completions": [annotation(0, "question"), annotation(1, "question"), annotation(2, "complaint", True)]},
             {"id": 2, "data": {"text": "The roses bloom.", "shop": "Bonn"}, "completions": [annotation(0, "praise")]}]
    return json.dumps(tasks, indent=2), expected(2, [["The roses have aphids.", "complaint"], ["The roses bloom.", "praise"]])


def label_studio_min():
    records, texts = [], []
    for task in label_studio_tasks():
        kept = sorted((a for a in task["annotations"] if not a["was_cancelled"]), key=lambda a: a["created_at"], reverse=True)
        if task["annotations"] and not kept:
            continue
        texts.append(TEXTS[task["id"] - 1])
        for annotation in kept or [None]:
            record = dict(task["data"], id=task["id"])
            for result in annotation["result"] if annotation else []:
                record[result["from_name"]] = result["value"]["choices"][0]
            record["annotator"] = annotation and annotation["completed_by"]
            record["annotation_id"] = annotation and annotation["id"]
            for key in ["created_at", "updated_at", "lead_time"]:
                record[key] = annotation and annotation[key]
            records.append(record)
    return json.dumps(records, ensure_ascii=False, indent=2), expected(len(records), rows_of(), repeated=len(records) - len(texts), **reasons(texts))


# Argilla

STATUS = {"SKIP": "discarded", "DRAFT": "draft", "NOTHING": "submitted"}


def responses(answers):
    return [(identifier("user", index), None if answer in WORDS else answer, STATUS.get(answer, "submitted")) for index, answer in enumerate(answers)]


def argilla_base(index, text):
    return {"id": f"mail-{index}", "status": "completed" if TEXTS[index][1] else "pending", "_server_id": identifier("record", index)}


def argilla():
    """`records.to_json`, which gives no status of responses. Suggestions are not labels."""
    texts = [(text, [answer for answer in answers if answer not in WORDS], row if row in LABELS + ["undecided"] else "unlabelled") for text, answers, row in TEXTS]
    records = []
    for index, (text, answers, _) in enumerate(texts):
        given = [{"value": value, "user_id": user} for user, value, _ in responses(answers)]
        records.append(dict(
            argilla_base(index, text), fields={"text": text, "subject": "Mail"}, metadata={"shop": "Köln"}, vectors={},
            suggestions={"kind": {"value": "praise", "score": 0.5, "agent": "m1"}}, responses={"kind": given} if given else {}))
    return json.dumps(records), expected(12, rows_of(texts), **reasons(texts))


def argilla_flat():
    records = []
    for index, (text, answers, _) in enumerate(TEXTS):
        given = responses(answers)
        columns = {"kind.responses": [value for _, value, _ in given], "kind.responses.users": [user for user, _, _ in given],
                   "kind.responses.status": [status for _, _, status in given]} if given else dict.fromkeys(
                       ["kind.responses", "kind.responses.users", "kind.responses.status"])
        records.append(dict(argilla_base(index, text), text=text, shop="Köln", **columns,
                            **{"kind.suggestion": "praise", "kind.suggestion.score": 0.5, "kind.suggestion.agent": "m1"}))
    return lines(records, ascii_only=False), expected(12, rows_of(), **reasons(skip="discarded"))


def argilla_server():
    records = []
    for index, (text, answers, _) in enumerate(TEXTS):
        given = [{"id": identifier("response", index, user), "values": {"kind": {"value": value}} if value else None, "status": status, "user_id": user}
                 for user, value, status in responses(answers)]
        if index == 0:
            given[0]["values"] = {"kind": {"value": "complaint"}}
        records.append({"id": identifier("record", index), "fields": {"message": text}, "metadata": None, "external_id": None,
                        "responses": given, "suggestions": [], "status": "completed", "inserted_at": "2026-03-01T10:00:00"})
    return lines(records), expected(12, rows_of(), **reasons(skip="discarded"))


def argilla_version1(as_columns):
    records = []
    for index, (text, answers, _) in enumerate(TEXTS):
        given = responses(answers)
        question = [{"user_id": user, "value": value, "status": status} for user, value, status in given]
        if as_columns:
            question = {"user_id": [user for user, _, _ in given], "value": [value for _, value, _ in given], "status": [status for _, _, status in given]}
        records.append({"text": text, "kind": question, "kind-suggestion": "praise",
                        "kind-suggestion-metadata": {"type": None, "score": None, "agent": None}, "external_id": None, "metadata": "{}"})
    return records, expected(12, rows_of(), **reasons(skip="discarded"))


def argilla_classification():
    """The text classification records of the first versions."""
    states = [("Validated", "praise"), ("Discarded", "praise"), ("Default", None), ("Validated", "complaint"), ("Edited", "question"), ("Validated", ["question"])]
    records = [{"text": text, "inputs": {"text": text}, "prediction": [{"label": "praise", "score": 0.7}], "prediction_agent": "m1", "annotation": label,
                "annotation_agent": "ana" if label else None, "vectors": None, "multi_label": False, "explanation": None, "id": identifier("old", text),
                "metadata": {}, "status": status, "event_timestamp": None, "metrics": {"text_length": len(text)}, "search_keywords": None}
               for (status, label), (text, _, _) in zip(states, TEXTS)]
    rows = [[TEXTS[0][0], "praise"], [TEXTS[3][0], "complaint"], [TEXTS[5][0], "question"]]
    return lines(records), expected(6, rows, discarded=1, unlabelled=1, draft=1)


# Prodigy

def prodigy_task(text, question, user, **more):
    return dict({"text": text, "meta": {"source": "mail"}, "_input_hash": number(text), "_task_hash": number(text, question)}, **more,
                _timestamp=1772000000 + len(text), _annotator_id=f"mails-{USERS[user]}", _session_id=f"mails-{USERS[user]}")


def prodigy():
    """The choice interface, of several annotators, whose answers come one after the other."""
    options = [{"id": label, "text": label.title()} for label in LABELS]
    records, counts = [], Counter()
    for user in range(3):
        for text, answers, row in TEXTS:
            if user < len(answers) and answers[user] != "DRAFT":
                answer = answers[user]
                records.append(prodigy_task(
                    text, "kind", user, options=options, _view_id="choice", config={"choice_style": "single"},
                    accept=[] if answer in WORDS else [answer], answer="ignore" if answer == "SKIP" else "accept"))
    texts = [entry for entry in TEXTS if entry[1]]
    return lines(records), expected(len(records), rows_of(texts), repeated=len(records) - len(texts), **reasons(texts, skip="ignored"))


def prodigy_binary():
    """Proposed labels that annotators accept, reject or ignore; two annotators disagree about the last."""
    answers = [("praise", "accept", 0), ("question", "reject", 0), ("complaint", "accept", 0), ("praise", "ignore", 1), ("question", "accept", 1)]
    records = [prodigy_task(text, label, user, label=label, score=0.5, priority=0.5, spans=[], answer=answer, _view_id="classification")
               for (label, answer, user), (text, _, _) in zip(answers, TEXTS)]
    records.append(prodigy_task(TEXTS[4][0], "question", 2, label="question", score=0.5, priority=0.5, spans=[], answer="reject", _view_id="classification"))
    return lines(records), expected(6, [[TEXTS[0][0], "praise"], [TEXTS[2][0], "complaint"]], rejected=1, ignored=1, repeated=1, undecided=1)


# doccano and fastText

def single():
    """The texts with one label or none."""
    return [(text, [row] if row in LABELS else [], row if row in LABELS else "unlabelled") for text, _, row in TEXTS]


def doccano():
    return lines([{"id": 40 + index, "text": text, "label": labels, "shop": "Köln", "Comments": []} for index, (text, labels, _) in enumerate(single())],
                 ascii_only=False), expected(12, rows_of(), unlabelled=4)


def doccano_data():
    return json.dumps([{"id": 40 + index, "data": text, "label": labels} for index, (text, labels, _) in enumerate(single())]), \
        expected(12, rows_of(), unlabelled=4)


def doccano_old():
    records = []
    for index, (text, answers, _) in enumerate(TEXTS):
        given = [{"label": LABELS.index(answer) + 1, "user": user + 1} for user, answer in enumerate(answers) if answer in LABELS]
        records.append({"id": index, "text": text, "annotations": given, "meta": {}, "annotation_approver": None})
    texts = [(text, answers, row if row in LABELS + ["undecided"] else "unlabelled") for text, answers, row in TEXTS]
    return lines(records), expected(12, [[text, str(LABELS.index(row) + 1)] for text, row in rows_of()], **reasons(texts))


def flat(text):
    return " ".join(text.split())


def fasttext():
    written = [" ".join(f"__label__{label}" for label in labels) + " " + flat(text) for text, labels, _ in single()]
    return "\n".join(line.strip() for line in written) + "\n", expected(12, [[flat(text), row] for text, row in rows_of()], unlabelled=4)


def fasttext_multi():
    return "__label__praise __label__garden Lovely roses .\n__label__complaint Broken pot .\n", None


def lines(records, ascii_only=True):
    return "".join(json.dumps(record, ensure_ascii=ascii_only) + "\n" for record in records)


def files():
    version1, rows1 = argilla_version1(False)
    columns1, _ = argilla_version1(True)
    made = {
        "label-studio.json": label_studio(), "label-studio-truth.json": label_studio_truth(), "label-studio-min.json": label_studio_min(),
        "argilla.json": argilla(), "argilla-flat.jsonl": argilla_flat(), "argilla-v1.jsonl": (lines(version1), rows1),
        "argilla-v1-columns.json": (json.dumps(columns1), rows1), "argilla-classification.jsonl": argilla_classification(),
        "prodigy.jsonl": prodigy(), "prodigy-binary.jsonl": prodigy_binary(), "doccano.jsonl": doccano(), "doccano-data.json": doccano_data(),
        "doccano-old.jsonl": doccano_old(), "fasttext.txt": fasttext(), "argilla-server.jsonl": argilla_server(), "fasttext-multi.txt": fasttext_multi(),
    }
    written = {name: content for name, (content, _) in made.items()}
    written["expected.json"] = json.dumps({name: rows for name, (_, rows) in made.items() if rows}, ensure_ascii=False, indent=1) + "\n"
    return written


def main():
    os.makedirs(OUT, exist_ok=True)
    for name, content in files().items():
        path = os.path.join(OUT, name)
        if sys.argv[1:] == ["--check"]:
            with open(path, encoding="utf-8", newline="") as file:
                assert file.read() == content, f"{name} is not what the recipe makes"
        else:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(content)


main()
