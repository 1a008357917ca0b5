#!/bin/sh
# The round trip: tune a little, classify with tenor, then open the same folders with the Python tools.
#
#   Tests/Interop/run.sh TENOR BASE CORPUS.csv
#
# TENOR is the built binary, BASE a model folder, CORPUS a file with the columns text and label. PYTHON names an
# interpreter that has Tests/Fixtures/requirements.txt (python3 unless told). Nothing stays behind.
set -eu

if [ $# -ne 3 ]; then
    echo "usage: $0 TENOR BASE CORPUS.csv" >&2
    exit 64
fi
tenor=$1
base=$2
corpus=$3
python=${PYTHON:-python3}
here=$(cd "$(dirname "$0")" && pwd)
length=64

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

for pooling in cls mean; do
    case $pooling in
        cls) policy=top:1 ;;
        mean) policy=none ;;
    esac
    "$tenor" tune "$corpus" --model "$base" --output "$work/$pooling" --pooling "$pooling" --unfreeze "$policy" \
        --reset-head --max-steps 4 --batch-size 8 --max-length "$length" --dev-fraction 0 --seed 7 --quiet
    "$tenor" classify "$here/texts.txt" --lines --model "$work/$pooling" --max-length "$length" --logits \
        --format jsonl --quiet > "$work/$pooling.classify.jsonl"
    "$tenor" tokenize "$here/texts.txt" --lines --model "$work/$pooling" --max-length "$length" \
        --format jsonl --quiet > "$work/$pooling.tokenize.jsonl"
done

"$python" "$here/interop.py" --texts "$here/texts.txt" --max-length "$length" \
    --cls "$work/cls" "$work/cls.classify.jsonl" "$work/cls.tokenize.jsonl" \
    --mean "$work/mean" "$work/mean.classify.jsonl" "$work/mean.tokenize.jsonl"
