import numpy as np
import pytest
from dark_images import dark_images

from darkhar.enhancement import cost
from darkhar.enhancement.cost import (
    cost_table,
    milliseconds_per_frame,
    settings_table,
)


@pytest.fixture
def passes(monkeypatch):
    """A clock by which the passes over the frames take so many seconds."""

    def of(*seconds):
        ends = np.cumsum(seconds)
        ticks = iter(np.stack([ends - seconds, ends], axis=1).ravel())
        monkeypatch.setattr(cost.time, "process_time", lambda: next(ticks))

    return of


def test_median_of_the_passes_after_the_first(passes):
    # A graph is built in the first. Of seven the median is 8 s, for 4 frames.
    passes(1000, 8, 9, 7, 50, 8, 1, 10)
    assert milliseconds_per_frame("none", dark_images(4)) == pytest.approx(2000)


def test_tables():
    names = ["none", "clahe:tiles=4", "gamma"]
    costs = cost_table(names, dark_images(2))
    assert costs.columns.tolist() == ["enhancement", "milliseconds"]
    assert costs["enhancement"].tolist() == names
    assert (costs["milliseconds"] > 0).all()
    assert settings_table(names).to_dict("records") == [
        {"enhancement": "none", "parameters": ""},
        {"enhancement": "clahe:tiles=4", "parameters": "clip_limit 2, tiles 4"},
        {"enhancement": "gamma", "parameters": "gamma 2.2"},
    ]
