"""Models that are kept: loaded in another process, the same bytes, nothing foreign."""

import dataclasses
import hashlib
import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest
import skops.io
from made_clips import clips_of, moving_poses, separable_frames
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer
from small_extractor import small_extractor

from darkhar.config import FUSIONS, ResultsError, make_parameters
from darkhar.config.keras_settings import keras
from darkhar.models.end_to_end import build_end_to_end
from darkhar.models.fusion import Fused
from darkhar.models.sequence import build_classifier
from darkhar.training.estimator_fits import VectorFit
from darkhar.training.fusion_fit import FusionFit
from darkhar.training.kept_models import FORMAT, load_model, packed
from darkhar.training.model_files import model_bytes, read_model
from darkhar.training.pose_fits import pose_fit
from darkhar.training.sequence_fit import SequenceFit

LABELS = np.tile(np.arange(3), 4)
PARAMETERS = make_parameters(
    {
        **{"folds": 2, "epochs": 2, "patience": 1, "lstm_units": 3},
        **{"pose_epochs": 1, "pose_units": 4},
    }
)
CLIPS = dataclasses.replace(
    clips_of(LABELS, frames=separable_frames(LABELS), poses=moving_poses(LABELS)),
    class_names=("Jump", "Run", "Sit"),
)
SEQUENCE = SequenceFit.of(PARAMETERS, "frames")


def keep(folder, name, fitted):
    """Writes the files of a model and what load_model needs of its description."""
    files, model = packed(name, fitted)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    describe(folder, name, model, files)
    return sorted(files)


def describe(folder, name, model, files):
    digests = {
        file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files
    }
    description = {"format": FORMAT, "model": model, "files": digests, "classes": []}
    (folder / f"{name}.json").write_text(json.dumps(description))


FITS = {
    "sequence": (lambda: SEQUENCE, ["sequence.keras"]),
    "network": (lambda: pose_fit("graph", PARAMETERS), ["network.keras"]),
    "pooled": (lambda: pose_fit("pooled_statistics", PARAMETERS), ["pooled.skops"]),
    "vectors": (lambda: VectorFit("frames"), ["vectors.skops"]),
    "trees": (lambda: pose_fit("trees_both", PARAMETERS), ["trees.skops"]),
    **{
        f"fused_{name}": (
            lambda name=name: FusionFit.of(PARAMETERS, CLIPS, fusion=name),
            [
                f"fused_{name}.appearance.keras",
                *([f"fused_{name}.fused.skops"] if name == "concatenation" else []),
                f"fused_{name}.pose.skops",
            ],
        )
        for name in FUSIONS
    },
}


@pytest.mark.parametrize("name", FITS)
def test_a_model_that_was_loaded_answers_as_before(name, tmp_path, few_simulated):
    fit, files = FITS[name]
    fitted = fit().fit_all(CLIPS, 0)
    assert keep(tmp_path, name, fitted) == files
    kept = load_model(tmp_path / f"{name}.json")
    assert type(kept.fitted) is type(fitted)
    np.testing.assert_array_equal(kept(CLIPS), fitted(CLIPS))


def test_what_is_kept_of_a_fit_is_what_its_predictions_come_from(few_simulated):
    others = CLIPS.select(np.array([4, 0, 2]))
    for fit, _ in FITS.values():
        np.testing.assert_allclose(
            fit().fit_all(CLIPS, 0)(others),
            fit().predicted(CLIPS, others, 0),
            atol=1e-5,
        )


_ELSEWHERE = """
import sys
from pathlib import Path

import numpy as np
from darkhar.training.kept_models import load_model

for name in sys.argv[2:]:
    model = load_model(Path(sys.argv[1]) / f"{name}.json")
    clips = np.load(Path(sys.argv[1]) / f"{name}.npz")
    if "frames" in clips:
        from darkhar.features.inputs import FrameVectors
        clips = {"frames": FrameVectors(clips["frames"])}
    elif "keypoints" in clips:
        from darkhar.pose.pose_clips import PoseClips
        clips = {"poses": PoseClips(**clips)}
    else:
        clips = clips["raw"]
    np.save(Path(sys.argv[1]) / f"{name}.npy", model(clips))
"""


def raw_model():
    """Of three samples of enhanced frames, by a small backbone."""
    extractor = small_extractor()
    parameters = make_parameters({"n_samples": 3})
    classifier = build_classifier(
        n_classes=2, feature_dim=extractor.feature_dim, n_frames=3, lstm_units=3
    )
    return build_end_to_end(
        parameters, ("Jump", "Run"), extractor, "keras_cv_equalization", classifier
    )


@pytest.mark.slow
def test_networks_in_a_process_that_has_imported_nothing(tmp_path):
    raw = np.random.default_rng(0).integers(0, 60, (2, 7, 12, 16, 3)).astype(np.uint8)
    poses, frames = CLIPS["poses"], CLIPS["frames"]
    seen = {
        "sequence": {"frames": frames.values},
        "transformer": {"keypoints": poses.keypoints, "seconds": poses.seconds},
        "graph": {"keypoints": poses.keypoints, "seconds": poses.seconds},
        "end_to_end": {"raw": raw},
    }
    models = {
        "sequence": SEQUENCE.fit_all(CLIPS, 0),
        "transformer": pose_fit("transformer", PARAMETERS).fit_all(CLIPS, 0),
        "graph": pose_fit("graph", PARAMETERS).fit_all(CLIPS, 0),
        "end_to_end": raw_model(),
    }
    for name, model in models.items():
        assert keep(tmp_path, name, model) == [f"{name}.keras"]
        np.savez(tmp_path / f"{name}.npz", **seen[name])
    command = [sys.executable, "-c", _ELSEWHERE, str(tmp_path), *models]
    subprocess.run(command, check=True)
    for name, model in models.items():
        expected = np.asarray(model(raw if name == "end_to_end" else CLIPS))
        found = np.load(tmp_path / f"{name}.npy")
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6, err_msg=name)


def test_the_same_fit_gives_the_same_bytes(few_simulated):
    trees = pose_fit("trees_both", PARAMETERS)
    for fit in (SEQUENCE, trees, pose_fit("lstm", PARAMETERS)):
        first, _ = packed("model", fit.fit_all(CLIPS, 0))
        # Names that Keras numbers go on, and objects lie elsewhere.
        build_classifier(n_classes=2, feature_dim=2)
        again, _ = packed("model", fit.fit_all(CLIPS, 0))
        assert again == first


def test_archives_are_compressed_and_have_no_time(tmp_path):
    path = tmp_path / "model.skops"
    values = np.zeros((8, 5000))
    path.write_bytes(model_bytes(LogisticRegression().fit(values, np.arange(8) % 2)))
    with zipfile.ZipFile(path) as archive:
        assert {f.date_time for f in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert path.stat().st_size < 5000


def test_a_flipped_byte_is_refused_in_one_line(tmp_path):
    (file,) = keep(tmp_path, "vectors", VectorFit("frames").fit_all(CLIPS, 0))
    content = bytearray((tmp_path / file).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / file).write_bytes(content)
    with pytest.raises(ResultsError, match=r"its SHA-256 differs$") as error:
        load_model(tmp_path / "vectors.json")
    assert len(str(error.value).splitlines()) == 1
    (tmp_path / file).unlink()
    with pytest.raises(ResultsError, match=r"vectors\.skops is missing"):
        load_model(tmp_path / "vectors.json")


def foreign_function(values):
    return values


def test_what_is_not_trusted_is_not_loaded(tmp_path):
    path = tmp_path / "model.skops"
    path.write_bytes(skops.io.dumps(FunctionTransformer(foreign_function)))
    with pytest.raises(ResultsError, match=r"foreign_function.*it is not loaded$"):
        read_model(path)

    path = tmp_path / "model.keras"
    lambdas = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x)])
    lambdas.save(path)
    with pytest.raises(ResultsError, match="cannot be loaded") as error:
        read_model(path)
    assert len(str(error.value).splitlines()) == 1

    path.write_bytes(model_bytes(build_classifier(n_classes=2, feature_dim=2)))
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(files["config.json"])
    config["config"]["layers"][-1]["module"] = "os.path"
    files["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(ResultsError, match=r"\(os\.path\); it is not loaded"):
        read_model(path)


@pytest.mark.parametrize(
    "name",
    [
        "os:system",
        "subprocess:Popen",
        "darkhar.store.files:write_atomically",
        "darkhar.training.fits:derived_seed",
        "darkhar.training.kept_models:Path",
        "darkhar.training.nothing:Fitted",
    ],
)
def test_a_description_names_models_alone(name, tmp_path):
    describe(tmp_path, "model", {"class": name, "fields": {}}, [])
    with pytest.raises(ResultsError) as error:
        load_model(tmp_path / "model.json")
    assert len(str(error.value).splitlines()) == 1


def test_descriptions_that_cannot_be_read(tmp_path):
    path = tmp_path / "model.json"
    with pytest.raises(ResultsError, match="there is no model"):
        load_model(path)
    path.write_text("{")
    with pytest.raises(ResultsError, match="cannot be read"):
        load_model(path)
    path.write_text('{"format": 0}')
    with pytest.raises(ResultsError, match=f"no model of format {FORMAT}"):
        load_model(path)
    path.write_text(json.dumps({"format": FORMAT, "files": {"../x.skops": ""}}))
    with pytest.raises(ResultsError, match="not beside it"):
        load_model(path)


def test_what_cannot_be_kept_says_so():
    @dataclasses.dataclass(frozen=True)
    class Odd(Fused):
        function: object

        def __call__(self, others):
            return others

    with pytest.raises(ResultsError, match="'odd' holds a function"):
        packed("odd", Odd(foreign_function))
