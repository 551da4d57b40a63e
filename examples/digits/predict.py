"""Reads handwritten digits: python predict.py sample.pgm

Needs numpy and safetensors, and model.safetensors beside this file.
"""

import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file


def load(folder):
    """The weights, by name."""
    return load_file(Path(folder) / "model.safetensors")


def predict(weights, images):
    """Probabilities (n, 10) of the ten digits, for images (n, 8, 8): 0 is paper, 1 is ink."""
    x = np.asarray(images, np.float32).reshape(-1, 64)
    hidden = np.maximum(x @ weights["hidden.weight"] + weights["hidden.bias"], 0)
    logits = hidden @ weights["output.weight"] + weights["output.bias"]
    return softmax(logits)


def softmax(logits):
    scores = np.exp(logits - logits.max(1, keepdims=True))
    return scores / scores.sum(1, keepdims=True)


def read_pgm(path):
    """A plain PGM (P2) of 8 × 8 pixels, the highest value being ink."""
    words = [word for line in Path(path).read_text("ascii").splitlines() for word in line.split("#")[0].split()]
    if words[:3] != ["P2", "8", "8"] or len(words) != 4 + 64:
        raise SystemExit(f"{path}: want a plain PGM (P2) of 8 x 8 pixels")
    return np.array(words[4:], np.float32).reshape(8, 8) / float(words[3])


def main(paths):
    if not paths:
        raise SystemExit(__doc__)
    weights = load(Path(__file__).parent)
    for path, scores in zip(paths, predict(weights, [read_pgm(path) for path in paths])):
        print(f"{path}: {scores.argmax()} ({scores.max():.1%})")


if __name__ == "__main__":
    main(sys.argv[1:])
