"""A tiny folder of the test's own."""

import pytest
from tiny_clips import write_folder


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "clips")
