"""Results that other work reports, from one data file."""

from pathlib import Path

import yaml

from scraps.problems import ScrapProblem


def read_reported(env):
    """All entries of the data file, by name.

    Raises:
        ScrapProblem: the file cannot be read, or an entry names no source.
    """
    path = Path(env.srcdir, env.config.scraps_reported)
    env.note_dependency(str(path))
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ScrapProblem(f"reported results: {error}") from None
    for name, entry in entries.items():
        if not entry.get("source"):
            raise ScrapProblem(f"reported result '{name}' names no source")
    return entries


def find_reported(env, name):
    """One entry of the data file.

    Raises:
        ScrapProblem: no such entry.
    """
    entries = read_reported(env)
    if name not in entries:
        raise ScrapProblem(
            f"no reported result '{name}'; there are {', '.join(sorted(entries))}"
        )
    return entries[name]
