"""How many notebooks are executed at once, and what is shown meanwhile."""

import pytest

from darkhar.config import Parameters
from darkhar.pipeline import stages


@pytest.mark.parametrize(
    ("cores", "memory", "jobs"),
    [
        (2, 24.0, 2),
        (8, 24.0, 8),
        (16, 24.0, 8),
        (4, 8.9, 2),
        (4, 2.0, 1),
        (4, None, 4),
        (1, 64.0, 1),
    ],
)
def test_a_notebook_for_each_core_and_three_gib(monkeypatch, cores, memory, jobs):
    monkeypatch.setattr(stages, "cores", lambda: cores)
    monkeypatch.setattr(stages, "memory_gib", lambda: memory)
    assert stages._default_jobs() == jobs


def test_a_line_for_each_kernel_that_tells_of_progress(monkeypatch, capsys):
    class Kernels:
        def __init__(self):
            self.told = {}

        def progress(self):
            return self.told

    monkeypatch.setenv("COLUMNS", "40")
    kernels = Kernels()

    def shown():
        look()
        return capsys.readouterr().err

    with stages._shown(kernels) as look:
        assert shown() == ""
        kernels.told = {"pose": "train: 3/9", "eda": ""}
        assert "  pose: train: 3/9" in shown()
        kernels.told = {"pose": "train: " + "9" * 40, "eda": "decoding"}
        drawn = shown()
        # No line is longer than the terminal is wide.
        assert "  pose: train: " + "9" * 24 in drawn
        assert "9" * 25 not in drawn
        assert "  eda: decoding" in drawn
        kernels.told = {"eda": "decoding"}
        assert "pose" not in shown()


@pytest.fixture
def made(monkeypatch):
    """What schedules were made of."""
    made = []

    class Schedule(stages.Schedule):
        def __init__(self, after, **options):
            made.append((after, options))
            super().__init__(after, **options)

    monkeypatch.setattr(stages, "Schedule", Schedule)
    return made


def test_as_many_jobs_as_asked_for(project, made):
    project.run(jobs=1)
    after = {"first": (), "second": ("first",)}
    # About how long they take, as their rows say.
    usual = {"first": 30, "second": 30}
    assert made == [(after, {"jobs": 1, "seconds": usual})]
    # The second time it is known how long they took; what is current is left alone.
    project.run(Parameters(seed=1), jobs=3)
    took = {"first": 2.1, "second": 2.1}
    assert made[1] == (after, {"jobs": 3, "seconds": took})
    project.run(Parameters(seed=1, epochs=3), jobs=3)
    took = {"second": 2.1}
    assert made[2] == ({"second": ("first",)}, {"jobs": 3, "seconds": took})
