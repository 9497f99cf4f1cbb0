"""Writes `movenet_keypoints.npz`: keypoints of the published graphs by TensorFlow.js.

Run it with the project's Python, Node, and TensorFlow.js in a folder of its own:

    npm install @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-converter@4.22.0 \
        @tensorflow/tfjs-backend-cpu@4.22.0
    darkhar weights fetch movenet_lightning
    darkhar weights fetch movenet_thunder
    python tests/data/make_movenet_keypoints.py FOLDER

The images are the two photographs that scikit-learn ships, made anew by the test, and
two frames of an embedded clip, by day and in the dark (brightened), which are stored:
the clips may change.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

SIZES = {"movenet_lightning": 192, "movenet_thunder": 256}

_TENSORFLOW_JS = """
const fs = require("fs"), path = require("path");
const tf = require("@tensorflow/tfjs-core");
const { loadGraphModel } = require("@tensorflow/tfjs-converter");
require("@tensorflow/tfjs-backend-cpu");
const [graph, images, size, out] = process.argv.slice(2);
const json = JSON.parse(fs.readFileSync(graph));
const raw = fs.readFileSync(path.join(path.dirname(graph),
                                      json.weightsManifest[0].paths[0]));
const weights = raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length);
(async () => {
  const model = await loadGraphModel({ load: async () => ({
    modelTopology: json.modelTopology, weightData: weights,
    weightSpecs: json.weightsManifest[0].weights }) });
  const pixels = fs.readFileSync(images), step = size * size * 3, rows = [];
  for (let i = 0; i < pixels.length; i += step) {
    const image = tf.tensor(Int32Array.from(pixels.subarray(i, i + step)),
                            [1, +size, +size, 3], "int32");
    rows.push(...model.execute(image).dataSync());
  }
  fs.writeFileSync(out, Buffer.from(Float32Array.from(rows).buffer));
})();
"""


def reference_images(frames: np.ndarray, size: int) -> np.ndarray:
    """uint8 `[4, size, size, 3]`: china, flower, the frames; nearest neighbour."""
    from sklearn.datasets import load_sample_image

    photographs = [load_sample_image(name) for name in ("china.jpg", "flower.jpg")]
    return np.stack([_squashed(image, size, size) for image in (*photographs, *frames)])


def _squashed(image: np.ndarray, height: int, width: int) -> np.ndarray:
    # Nearest neighbour, written out, is the same in every version.
    rows, columns = (
        (2 * np.arange(new) + 1) * old // (2 * new)
        for new, old in zip((height, width), image.shape[:2], strict=True)
    )
    return image[rows][:, columns]


def render_frames() -> np.ndarray:
    """uint8 `[2, 144, 192, 3]`: a moment of an embedded clip, by day and by night."""
    from darkclips import clip_plan, render_clip

    spec = clip_plan(train_clips_per_class=1, val_clips_per_class=1)[5]
    day, night = (
        render_clip(spec, sensor=sensor)[spec.frames // 3] for sensor in (False, True)
    )
    brightened = (255 * (night / 255) ** (1 / 2.2)).astype(np.uint8)
    return np.stack([_squashed(frame, 144, 192) for frame in (day, brightened)])


def main(node_folder: Path) -> None:
    from darkhar.pose.movenet_weights import resolve_movenet

    frames = render_frames()
    keypoints = {}
    for name, size in SIZES.items():
        with tempfile.TemporaryDirectory() as folder:
            images, out = Path(folder) / "images", Path(folder) / "keypoints"
            images.write_bytes(reference_images(frames, size).tobytes())
            script = node_folder / "keypoints.js"
            script.write_text(_TENSORFLOW_JS)
            graph = resolve_movenet(name).path
            subprocess.run(["node", script, graph, images, str(size), out], check=True)
            keypoints[name] = np.fromfile(out, "<f4").reshape(-1, 17, 3)
    path = Path(__file__).with_name("movenet_keypoints.npz")
    np.savez_compressed(path, frames=frames, **keypoints)
    print(path, {name: k[..., 2].mean(axis=1) for name, k in keypoints.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
