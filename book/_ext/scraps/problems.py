"""Collecting what keeps a page from being right, so that the build fails.

Sphinx forgets a warning by the next build, which then passes with the faulty
page. Here the build ends before it remembers that the page was read.
"""

from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)


class ScrapProblem(Exception):
    """A result cannot be shown; the message says which and why."""


def report(env, problem, location):
    """Logs a problem with its place in the page and remembers it.

    Args:
        env: Sphinx' build environment.
        problem: `ScrapProblem`.
        location: (docname, line) pair.
    """
    logger.error("%s", problem, location=location)
    _found(env).setdefault(env.docname, []).append(str(problem))


def setup(app):
    app.connect("env-purge-doc", lambda app, env, name: _found(env).pop(name, None))
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _fail)


def _found(env):
    if not hasattr(env, "scrap_problems"):
        env.scrap_problems = {}
    return env.scrap_problems


def _merge(app, env, docnames, other):
    _found(env).update({d: p for d, p in _found(other).items() if d in docnames})


def _fail(app, env):
    found = [problem for problems in _found(env).values() for problem in problems]
    if found:
        more = f" (and {len(found) - 1} more, see above)" if len(found) > 1 else ""
        raise ExtensionError(f"a result cannot be shown: {found[0]}{more}")
