import concurrent.futures

import numpy as np
import pytest

from darkhar.store.arrays import FeatureCache, feature_key

INGREDIENTS = {
    "clip_sha256": "ab",
    "indices": np.array([1, 3]),
    "enhancement": {"name": "gamma", "gamma": 2.2},
    "extractor": "convnext_tiny",
    "weights_sha256": "cd",
    "engine": "tensorflow 2.21.0",
    "code": "1",
}
KEY = feature_key(**INGREDIENTS)


@pytest.fixture
def cache(tmp_path):
    return FeatureCache(tmp_path / "features")


def files(cache):
    return [path for path in cache.root.rglob("*") if path.is_file()]


def test_array_comes_back(cache):
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert cache.get(KEY) is None
    cache.put(KEY, array)
    stored = cache.get(KEY)
    np.testing.assert_array_equal(stored, array)
    assert stored.dtype == np.float32
    # The file can be read without this class, too.
    (path,) = files(cache)
    assert path.name == f"{KEY}.npy"
    np.testing.assert_array_equal(np.load(path), array)


def test_other_keys_are_missing(cache):
    cache.put(KEY, np.zeros(3))
    assert cache.get(feature_key(**INGREDIENTS | {"code": "2"})) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:20],
        lambda content: content[:-1],
        lambda content: content[:-40] + bytes([content[-40] ^ 1]) + content[-39:],
        lambda content: content + b"more",
    ],
)
def test_damaged_file_counts_as_missing_and_is_replaced(cache, damage):
    array = np.arange(100, dtype=np.float32)
    cache.put(KEY, array)
    (path,) = files(cache)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get(KEY) is None
    cache.put(KEY, array)
    np.testing.assert_array_equal(cache.get(KEY), array)
    assert files(cache) == [path]


def test_key_depends_on_every_ingredient():
    others = {
        "clip_sha256": "ac",
        "indices": [3, 1],
        "enhancement": {"name": "gamma", "gamma": 2.0},
        "extractor": "convnext_base",
        "weights_sha256": "ce",
        "code": "2",
    }
    keys = {feature_key(**INGREDIENTS | {name: v}) for name, v in others.items()}
    assert len(keys | {KEY}) == 7
    # Neither on the kind of integers nor on the order of parameters.
    same = {"indices": [1, 3], "enhancement": {"gamma": 2.2, "name": "gamma"}}
    assert feature_key(**INGREDIENTS | same) == KEY


def test_failed_write_leaves_nothing(cache):
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        cache.put(KEY, np.array([object()]))
    assert not cache.root.exists()


def test_writers_and_readers_at_once(cache):
    arrays = [np.full(20_000, n, np.float32) for n in range(8)]

    def write_and_read(array):
        for _ in range(20):
            cache.put(KEY, array)
            stored = cache.get(KEY)
            # Whole, though maybe another writer's.
            assert stored.shape == (20_000,)
            assert stored.min() == stored.max()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(write_and_read, arrays))
    assert len(files(cache)) == 1
