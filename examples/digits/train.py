"""Trains the digits model and writes model.safetensors, config.json and sample.pgm beside this file.

    pip install numpy safetensors scikit-learn
    python train.py

Everything random comes from one seed, so the same numpy on the same machine writes the same bytes.
"""

import json
from pathlib import Path

import numpy as np
from predict import load, predict, softmax
from safetensors.numpy import save_file
from sklearn.datasets import load_digits

HERE = Path(__file__).parent
SEED = 0
HIDDEN = 256
EPOCHS = 300
BATCH = 64
RATE = 2e-3
DECAY = 1e-2
INK = 16  # the value of a pixel that is all ink


def split():
    """Images (n, 8, 8) in 0..1 and labels (n,). The last fifth is for testing; unshuffled, since the set is
    ordered by writer: the test is mostly of hands that the training has not seen."""
    digits = load_digits()
    images = (digits.images / INK).astype(np.float32)
    cut = len(images) * 4 // 5
    return images[:cut], digits.target[:cut], images[cut:], digits.target[cut:]


def deformed(images, rng):
    """Each image turned, stretched, slanted and moved a little, sampled linearly between its pixels."""
    n = len(images)
    turn, slant = rng.uniform(-0.25, 0.25, (2, n, 1, 1))
    stretch = rng.uniform(0.85, 1.2, (2, n, 1, 1))
    move = rng.uniform(-1, 1, (2, n, 1, 1))
    y, x = np.mgrid[:8, :8] - 3.5
    row = (np.cos(turn) * y - np.sin(turn) * x) * stretch[0] + move[0]
    column = (np.sin(turn) * y + np.cos(turn) * x) * stretch[1] + slant * y + move[1]
    margin = 4
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin)))
    row, column = (np.clip(at + 3.5 + margin, 0, 14.99) for at in (row, column))
    top, left = row.astype(int), column.astype(int)
    down, right = row - top, column - left
    which = np.arange(n)[:, None, None]

    def pixel(dy, dx):
        return padded[which, top + dy, left + dx]

    upper = pixel(0, 0) * (1 - right) + pixel(0, 1) * right
    lower = pixel(1, 0) * (1 - right) + pixel(1, 1) * right
    return (upper * (1 - down) + lower * down).astype(np.float32)


def initial(rng):
    shapes = {"hidden": (64, HIDDEN), "output": (HIDDEN, 10)}
    weights = {}
    for name, (fan_in, fan_out) in shapes.items():
        scale = np.sqrt(2 / fan_in)
        weights[f"{name}.weight"] = (rng.standard_normal((fan_in, fan_out)) * scale).astype(np.float32)
        weights[f"{name}.bias"] = np.zeros(fan_out, np.float32)
    return weights


def gradients(weights, x, labels):
    """Of the mean cross-entropy of a batch: x (n, 64), labels (n,)."""
    before = x @ weights["hidden.weight"] + weights["hidden.bias"]
    hidden = np.maximum(before, 0)
    logits = hidden @ weights["output.weight"] + weights["output.bias"]
    error = softmax(logits)
    error[np.arange(len(x)), labels] -= 1
    error /= len(x)
    back = (error @ weights["output.weight"].T) * (before > 0)
    return {
        "hidden.weight": x.T @ back,
        "hidden.bias": back.sum(0),
        "output.weight": hidden.T @ error,
        "output.bias": error.sum(0),
    }


def train(images, labels):
    """Adam with decoupled weight decay, the rate falling to zero along a cosine."""
    rng = np.random.default_rng(SEED)
    weights = initial(rng)
    first = {name: np.zeros_like(value) for name, value in weights.items()}
    second = {name: np.zeros_like(value) for name, value in weights.items()}
    steps = EPOCHS * (len(images) // BATCH)
    step = 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(images))
        for batch in np.split(order[: len(order) // BATCH * BATCH], len(order) // BATCH):
            step += 1
            rate = np.float32(RATE * 0.5 * (1 + np.cos(np.pi * step / steps)))
            x = deformed(images[batch], rng).reshape(BATCH, 64)
            for name, slope in gradients(weights, x, labels[batch]).items():
                first[name] = 0.9 * first[name] + 0.1 * slope
                second[name] = 0.999 * second[name] + 0.001 * slope**2
                towards = (first[name] / (1 - 0.9**step)) / (np.sqrt(second[name] / (1 - 0.999**step)) + 1e-8)
                weights[name] -= rate * (towards + DECAY * weights[name]).astype(np.float32)
    return weights


def write_sample(image):
    """A plain PGM of 8 × 8 pixels (netpbm's `pgm(5)`), black ink."""
    rows = (" ".join(f"{int(value * INK):2d}" for value in row) for row in image)
    (HERE / "sample.pgm").write_text("P2\n8 8\n16\n" + "\n".join(rows) + "\n")


def main():
    images, labels, test_images, test_labels = split()
    weights = train(images, labels)
    save_file(weights, HERE / "model.safetensors", {"format": "np"})

    (HERE / "model.safetensors").chmod(0o644)
    written = load(HERE)
    accuracy = float((predict(written, test_images).argmax(1) == test_labels).mean())
    config = {
        "model_type": "mlp",
        "image_size": 8,
        "hidden_size": HIDDEN,
        "hidden_act": "relu",
        "id2label": {str(digit): str(digit) for digit in range(10)},
        "torch_dtype": "float32",
    }
    (HERE / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    write_sample(test_images[0])
    print(f"{len(images)} images for training, {len(test_images)} for testing")
    print(f"accuracy {accuracy:.4f}; sample.pgm shows a {test_labels[0]}")


if __name__ == "__main__":
    main()
