"""The models of a run: fetched from the cache into its folder, and their cards."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from darkhar.config import ResultsError
from darkhar.pipeline.model_card import model_card
from darkhar.results.glued_models import GluedModel, description_key
from darkhar.results.scraps import read_notebook
from darkhar.store.files import file_sha256, write_atomically
from darkhar.store.shelf import Shelf

FOLDER = "models"
_SUFFIXES = (".json", ".keras", ".md", ".skops")
_DATA = "application/scrapbook.scrap.json+json"


def models_at_hand(notebook: Path) -> bool:
    """Whether the models that a notebook has kept are in its run's folder or the cache.

    Args:
        notebook: Path. An executed notebook, in its run's folder.
    """
    folder = notebook.parent / FOLDER
    return all(
        _is_put(folder, model) or _is_cached(model) for model in _glued(notebook)
    )


def put_models(run_dir: Path, notebooks: Collection[str]) -> dict[str, Any]:
    """Puts the models of a run's notebooks into its folder `models`, with their cards.

    What is there already stays as it is; what is of none of them is removed.

    Args:
        run_dir: Path. The run's folder.
        notebooks: str. Those that are executed.

    Returns:
        Mapping of a model's name to its `notebook` and the SHA-256 of its `files`.

    Raises:
        ResultsError: two notebooks keep a model of one name, or one is not at hand.
    """
    folder, kept = run_dir / FOLDER, {}
    wanted: set[str] = set()
    for notebook in notebooks:
        for model in _glued(run_dir / f"{notebook}.ipynb"):
            if model.name in kept:
                other = kept[model.name]["notebook"]
                raise ResultsError(
                    f"notebooks '{other}' and '{notebook}' both keep a model"
                    f" '{model.name}'; give one another name"
                )
            if not _is_put(folder, model):
                _put(folder, model, notebook)
            kept[model.name] = {"notebook": notebook, "files": dict(model.sha256)}
            wanted |= {f"{model.name}.json", f"{model.name}.md", *model.sha256}
    for path in folder.glob("*"):
        if path.suffix in _SUFFIXES and path.name not in wanted:
            path.unlink()
    return kept


def _put(folder: Path, model: GluedModel, notebook: str) -> None:
    shelf = Shelf("models")
    files = {file: shelf.get(digest) for file, digest in model.sha256.items()}
    description = shelf.get(model.key)
    if description is None or None in files.values():
        raise ResultsError(
            f"the model '{model.name}' of notebook '{notebook}' is no longer in the"
            " cache; call again to execute the notebook"
        )
    for file, content in files.items():
        write_atomically(folder / file, content)
    write_atomically(folder / f"{model.name}.md", model_card(json.loads(description)))
    # The last: who reads it finds what it names.
    write_atomically(folder / f"{model.name}.json", description)


def _is_put(folder: Path, model: GluedModel) -> bool:
    try:
        text = (folder / f"{model.name}.json").read_text(encoding="utf-8")
        return description_key(json.loads(text)) == model.key and all(
            file_sha256(folder / file) == digest
            for file, digest in model.sha256.items()
        )
    except (OSError, ValueError):
        return False


def _is_cached(model: GluedModel) -> bool:
    return all(map(Shelf("models").has, [model.key, *model.sha256.values()]))


def _glued(notebook: Path) -> list[GluedModel]:
    scraps = {
        scrap["name"]: scrap["data"]
        for cell in read_notebook(notebook).cells
        for output in cell.get("outputs", [])
        if (scrap := output.get("data", {}).get(_DATA))
    }
    return GluedModel.all_of(scraps)
