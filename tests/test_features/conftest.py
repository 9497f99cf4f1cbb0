"""A folder of noise, for networks whose answers depend on what is seen."""

import pytest
from small_extractor import small_extractor
from tiny_clips import write_noise

from darkhar.config import make_parameters
from darkhar.data.source import resolve_data
from darkhar.features import frame_network


@pytest.fixture(scope="session")
def noise_folder(tmp_path_factory):
    """Four training clips, of 5, 6, 5 and 6 frames, and two of 7 for validation."""
    return write_noise(tmp_path_factory.mktemp("noise"), n_train=2)


@pytest.fixture
def source(noise_folder):
    return resolve_data(make_parameters({"data_dir": str(noise_folder)}))


@pytest.fixture
def small(monkeypatch):
    """A small model in the published backbone's place."""
    extractor = small_extractor()
    monkeypatch.setattr(frame_network, "get_extractor", lambda *_: extractor)
    return extractor.model
