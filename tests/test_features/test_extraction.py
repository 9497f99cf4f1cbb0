"""Networks over clips: what is decoded, what is computed, what is kept."""

import dataclasses
import shutil
import threading

import numpy as np
import pytest
import tensorflow as tf
from tiny_clips import grey_of, write_folder

from darkhar.config import DataError, make_parameters
from darkhar.data import datasets
from darkhar.data.source import resolve_data
from darkhar.features.extraction import ClipFunction, extract
from darkhar.sampling.rules import FrameRule

JUMP_11, JUMP_8, RUN = (
    "train/Jump/Jump_11_1",
    "train/Jump/Jump_8_2",
    "train/Run/Run_8_1",
)
RULE = FrameRule("uniform", 2)


@dataclasses.dataclass(frozen=True)
class Brightness:
    """The mean of each frame, times a factor; tells what it computed."""

    factor: float = 1.0
    computed: list = dataclasses.field(default_factory=list, compare=False)
    title: str = dataclasses.field(default="brightness", compare=False)

    def of_clip(self, clip_id):
        return self

    def start(self):
        def prepare(frames, clip_id):
            means = tf.reduce_mean(tf.cast(frames, tf.float32), axis=[1, 2, 3])
            return means, clip_id

        def compute(means, clip_id):
            self.computed.append(clip_id.numpy().decode())
            return np.float32(self.factor) * means.numpy()

        return ClipFunction(prepare, compute)


@dataclasses.dataclass(frozen=True)
class OfEachClip(Brightness):
    """Depends on something that is known of each clip."""

    known: dict = dataclasses.field(default_factory=dict)

    def of_clip(self, clip_id):
        return dataclasses.replace(self, known={"": self.known.get(clip_id)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Training clips of 4, 7 and 5 frames, whose grey levels count them."""
    return write_folder(tmp_path_factory.mktemp("data") / "clips")


@pytest.fixture
def source(folder):
    return resolve_data(make_parameters({"data_dir": str(folder)}))


@pytest.fixture
def decoded(monkeypatch):
    """The clips that are decoded, in no order: two are at once."""
    names = []
    decode = datasets.decode_frames

    def spy(content, indices, *, name):
        names.append(name.partition("clips/")[2].removesuffix(".mp4"))
        return decode(content, indices, name=name)

    monkeypatch.setattr(datasets, "decode_frames", spy)
    return names


@pytest.fixture
def kept(own_cache):
    """The files of features that are kept now."""

    def files():
        return sorted(p for p in (own_cache / "features").rglob("*") if p.is_file())

    return files


def test_features_of_the_frames_that_the_rule_takes(source):
    ((*clips,),) = extract(source, "train", RULE, [Brightness(2.0)])
    # Segment centres of 4, 7 and 5 frames, in the order of the list.
    levels = [
        [grey_of(1, 20), grey_of(3, 20)],
        [grey_of(1, 22), grey_of(5, 22)],
        [grey_of(1, 24), grey_of(3, 24)],
    ]
    for features, expected in zip(clips, levels, strict=True):
        assert features.dtype == np.float32
        assert features / 2 == pytest.approx(expected, abs=2)


def test_clips_may_have_unequal_numbers_of_frames(source):
    ((*clips,),) = extract(source, "train", FrameRule("uniform", 0.5), [Brightness()])
    assert [len(features) for features in clips] == [2, 4, 3]


def test_some_clips_only(source, decoded):
    network = Brightness()
    found = extract(source, "train", RULE, [network], clip_ids={RUN, JUMP_11})
    assert len(found[0]) == 2
    assert network.computed == sorted(decoded) == [JUMP_11, RUN]


def test_no_clip_is_decoded_twice(source, decoded, kept):
    first = extract(source, "train", RULE, [Brightness()])
    again = extract(source, "train", RULE, [Brightness()])
    assert sorted(decoded) == [JUMP_11, JUMP_8, RUN]
    np.testing.assert_array_equal(again, first)
    # One file is lost, one is damaged: these two are computed again.
    lost, damaged, _ = kept()
    lost.unlink()
    damaged.write_bytes(damaged.read_bytes()[:-5])
    network = Brightness()
    np.testing.assert_array_equal(extract(source, "train", RULE, [network]), first)
    assert len(network.computed) == 2
    assert len(decoded) == 5


def test_networks_share_what_is_decoded(source, decoded):
    networks = [Brightness(factor) for factor in (1.0, 2.0, 3.0)]
    one, two, three = extract(source, "train", RULE, networks)
    assert sorted(decoded) == [JUMP_11, JUMP_8, RUN]
    np.testing.assert_allclose(two, 2 * np.array(one))
    np.testing.assert_allclose(three, 3 * np.array(one))
    alone = extract(source, "train", RULE, [Brightness(2.0)])
    np.testing.assert_array_equal(alone, [two])
    assert len(decoded) == 3


def test_a_clip_is_given_to_those_networks_that_lack_it(source, decoded):
    extract(source, "train", RULE, [Brightness(1.0)], clip_ids=[JUMP_8, RUN])
    extract(source, "train", RULE, [Brightness(2.0)], clip_ids=[JUMP_8])
    decoded.clear()
    one, two = Brightness(1.0), Brightness(2.0)
    found = extract(source, "train", RULE, [one, two])
    assert one.computed == [JUMP_11]
    assert two.computed == [JUMP_11, RUN]
    assert sorted(decoded) == [JUMP_11, RUN]
    np.testing.assert_array_equal(found[1], 2 * np.array(found[0]))


def test_networks_that_are_the_same_are_computed_once(source):
    one, same, other = Brightness(), Brightness(), Brightness(2.0)
    found = extract(source, "train", RULE, [one, same, other])
    assert (len(one.computed), same.computed) == (3, [])
    np.testing.assert_array_equal(found[1], found[0])
    assert len(other.computed) == 3


def test_no_networks(source, decoded):
    assert extract(source, "train", RULE, []) == []
    assert decoded == []


def test_frames_count_and_not_the_rule_that_takes_them(source, decoded):
    # Of 4, 7 and 5 frames, in every order that exists.
    extract(source, "train", FrameRule("uniform", 1.0), [Brightness()])
    extract(source, "train", FrameRule("random", 1.0, 3), [Brightness()])
    assert len(decoded) == 3
    extract(source, "train", FrameRule("uniform", 3), [Brightness()])
    assert len(decoded) == 6


def test_what_is_known_of_a_clip_is_part_of_its_key(source):
    def computed(**known):
        network = OfEachClip(known={JUMP_8: 1, RUN: 2, **known})
        extract(source, "train", RULE, [network])
        return network.computed

    assert len(computed()) == 3
    assert computed() == []
    assert computed(**{RUN: 3}) == [RUN]


def test_contents_count_and_not_where_they_lie(source, folder, tmp_path, decoded):
    extract(source, "val", RULE, [Brightness()])
    moved = shutil.copytree(folder, tmp_path / "elsewhere" / "clips")
    there = resolve_data(make_parameters({"data_dir": str(moved)}))
    extract(there, "val", RULE, [Brightness()])
    assert sorted(decoded) == ["validate/177", "validate/26"]


def test_the_code_that_decodes_counts(source, decoded, change_code):
    extract(source, "val", RULE, [Brightness()])
    change_code("data/layout.py")
    extract(source, "val", RULE, [Brightness()])
    assert len(decoded) == 2
    change_code("data/video.py")
    extract(source, "val", RULE, [Brightness()])
    assert len(decoded) == 4


def test_features_are_kept_clip_by_clip(source, kept):
    class Interrupted(Brightness):
        def start(self):
            function = super().start()

            def compute(means, clip_id):
                if len(self.computed) == 2:
                    raise KeyboardInterrupt
                return function.compute(means, clip_id)

            return ClipFunction(function.prepare, compute)

    with pytest.raises(KeyboardInterrupt):
        extract(source, "train", RULE, [Interrupted()])
    assert len(kept()) == 2


def test_clip_that_changed_is_not_used(folder, tmp_path, kept):
    copy = shutil.copytree(folder, tmp_path / "clips")
    source = resolve_data(make_parameters({"data_dir": str(copy)}))
    shutil.copy(copy / "validate/26.mp4", copy / "validate/177.mp4")
    with pytest.raises(DataError, match=r"177\.mp4 has changed since it was read"):
        extract(source, "val", RULE, [Brightness()])
    assert len(kept()) == 1


def test_progress_on_demand(source, capfd):
    extract(source, "val", RULE, [Brightness()])
    # Not a terminal: no progress bar.
    assert "clip/s" not in capfd.readouterr().err
    networks = [Brightness(2.0), Brightness(3.0, title="another")]
    extract(source, "val", RULE, networks, progress=True)
    assert "val: brightness, another" in capfd.readouterr().err


@dataclasses.dataclass(frozen=True)
class Waiting(Brightness):
    """The first clip is computed only once the second has been."""

    second_is_done: threading.Event = dataclasses.field(
        default_factory=threading.Event, compare=False
    )

    def start(self):
        function = super().start()

        def compute(means, clip_id):
            name = clip_id.numpy().decode()
            if name == JUMP_11:
                assert self.second_is_done.wait(timeout=30)
            found = function.compute(means, clip_id)
            if name != JUMP_11:
                self.second_is_done.set()
            return found

        return dataclasses.replace(function, compute=compute)


def test_clips_are_computed_side_by_side_and_come_in_order(source, monkeypatch):
    monkeypatch.setenv("DARKHAR_CORES", "2")
    waiting, plain = Waiting(), Brightness(2.0)
    (found,) = extract(source, "train", RULE, [waiting])
    assert waiting.computed[0] != JUMP_11
    (expected,) = extract(source, "train", RULE, [plain])
    for of_clip, doubled in zip(found, expected, strict=True):
        np.testing.assert_allclose(2 * of_clip, doubled)
