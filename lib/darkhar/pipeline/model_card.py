"""A kept model's card, in Markdown: what it is, how good, and what it is not for."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from darkhar.config import project_root

_PAGE = "book/models.md"
_NOT_FOR = "## What no model here is for"


def model_card(description: Mapping[str, Any]) -> str:
    """A card, as Markdown.

    Args:
        description: mapping. What the model's `NAME.json` says.
    """
    data, library, name = (description[k] for k in ("data", "library", "name"))
    kind = "embedded, rendered" if data["embedded"] else "of a folder"
    commit = library["commit"] or "unknown"
    accuracy = description["accuracy"]
    return (
        "\n\n".join(
            [
                f"# Model card: {name}",
                description["what"],
                f"Classes: {', '.join(description['classes'])}.",
                "## Data",
                f"Fitted on {data['train_clips']} training clips ({kind}; fingerprint"
                f" `{data['fingerprint']}`), with the seed {description['seed']}."
                f" Settings and parameters are in `{name}.json`.",
                "## Accuracy",
                "With intervals at a level of 95%.",
                _table(accuracy["columns"], accuracy["rows"]),
                _NOT_FOR,
                not_for(),
                "## Files",
                _table(["file", "SHA-256"], list(description["files"].items())),
                f"Written by version {library['version']} of the library (commit"
                f" {commit}{', with changes' if library['dirty'] else ''}).",
                "## To load it",
                "```python\nfrom darkhar.training.kept_models import load_model\n\n"
                f'model = load_model("{name}.json")  # refuses other files\n```',
            ]
        )
        + "\n"
    )


def not_for() -> str:
    """What the book says that no model is for."""
    page = (project_root() / _PAGE).read_text(encoding="utf-8")
    _, _, rest = page.partition(f"{_NOT_FOR}\n")
    return re.split(r"^## ", rest, maxsplit=1, flags=re.M)[0].strip()


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [columns, ["---"] * len(columns), *([_cell(v) for v in r] for r in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
