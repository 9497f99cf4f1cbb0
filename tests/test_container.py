"""The container and the workflow run on what `pyproject.toml` allows."""

import re
import tomllib

import pytest
import yaml

from darkhar.config import project_root

ROOT = project_root()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def allowed():
    """The versions of Python that the project takes, as `3.12`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    limits = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"])
    return [f"3.{minor}" for minor in range(int(limits[1]), int(limits[2]))]


def test_the_image_has_a_python_that_is_allowed(allowed):
    assert re.search(r"^ARG PYTHON=(\S+)$", DOCKERFILE, re.M)[1] in allowed
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    assert len(bases) == 2
    assert set(bases) == {"python:${PYTHON}-slim-bookworm"}


def test_the_image_runs_as_nobody_in_particular():
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.M)
    assert users[-1:] == ["1000"]
    assert "useradd --create-home --uid 1000 " in DOCKERFILE
    assert DOCKERFILE.rindex("USER") < DOCKERFILE.rindex("CMD")
    assert DOCKERFILE.strip().endswith('CMD ["make", "paper"]')


def test_what_a_machine_has_made_stays_out_of_the_image():
    made = {"_build", "runs", "sweeps", ".cache", ".venv*", ".git"}
    assert made <= set((ROOT / ".dockerignore").read_text().split("\n"))


@pytest.fixture(scope="module")
def jobs():
    text = (ROOT / ".github" / "workflows" / "paper.yml").read_text()
    return yaml.safe_load(text)["jobs"]


def test_the_workflow_tests_the_first_python_and_the_last(allowed, jobs):
    matrix = jobs["test"]["strategy"]["matrix"]
    assert matrix["python"] == [allowed[0], allowed[-1]]
    assert {system.split("-")[0] for system in matrix["os"]} == {"ubuntu", "macos"}
    (book,) = {
        step["with"]["python-version"]
        for step in jobs["book"]["steps"]
        if "python-version" in step.get("with", {})
    }
    assert book in allowed


def test_the_workflow_calls_what_the_makefile_has(jobs):
    matrix = jobs["test"]["strategy"]["matrix"]
    assert [row["os"] for row in matrix["include"]] == matrix["os"]
    called = {row["target"] for row in matrix["include"]}
    for job in jobs.values():
        for step in job["steps"]:
            called |= set(re.findall(r"^make (\w+)$", step.get("run", "")))
    assert called == {"setup", "paper", "test", "check"}
    makefile = (ROOT / "Makefile").read_text()
    assert called <= set(re.findall(r"^(\w+):", makefile, re.M))
