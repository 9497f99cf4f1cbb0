"""The paper's prose holds no result that was typed by hand, and nothing undone."""

import re
from pathlib import Path

import pytest
import yaml
from scraps.runs import parse_key

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "index.md", *(ROOT / "book").glob("*.md")])

# What looks like a result and is none; each with the reason why.
ALLOWED = {
    "level of 95%": "the level of the intervals, a convention of the method",
    "95% interval": "the same",
    "Python 3.11, 3.12 or 3.13": "versions of Python",
}
_MARKUP = re.compile(
    r"^```.*?^```$"  # code, and directives with their options
    r"|^\$\$.*?^\$\$"  # displayed mathematics
    r"|\{[\w:-]+\}`[^`]*`"  # roles
    r"|`[^`]*`"  # code
    r"|\$[^$]*\$",  # mathematics
    re.M | re.S,
)
_RESULT = re.compile(r"\d+[.,]\d+|\d+(?:\.\d+)?\s?%|\b\d+ of \d+\b")


def prose(text):
    """A page's text without code, mathematics and roles."""
    captions = re.findall(r"^```\{[\w-]+\}[^\n]*\n(.*?)^```$", text, re.M | re.S)
    captions = [
        re.sub(r"^:[\w-]+:.*$", "", caption, flags=re.M) for caption in captions
    ]
    return _MARKUP.sub(" ", "\n".join([text, *captions]))


def results_in(text):
    """Numbers in prose that look like results."""
    text = " ".join(prose(text).split())
    for allowed in ALLOWED:
        text = text.replace(allowed, " ")
    return _RESULT.findall(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Accuracy was 0.194.", ["0.194"]),
        ("Accuracy was 19 % there.", ["19 %"]),
        ("It named 7 of 36 clips.", ["7 of 36"]),
        ("```{scrap-figure} a#b\n:alt: x\n\nAccuracy 0.5 here.\n```", ["0.5"]),
        ("Accuracy {num}`baseline#validation.accuracy:.3f`, `0.5`, $0.5$.", []),
        (":::{if-run} pose\nAccuracy 0.5 here.\n:::", ["0.5"]),
        ("```bash\nmake X=0.5\n```", []),
        ("Intervals at a level of 95% are wide.", []),
    ],
)
def test_the_search_finds_results(text, found):
    assert results_in(text) == found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_result_is_typed_by_hand(page):
    assert results_in(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_results_are_read_by_name(page):
    """`rows.1.2` is another result once a row is put before it."""
    keys = re.findall(r"\{num\}`([^`]+)`", page.read_text(encoding="utf-8"))
    paths = [parse_key(key).path for key in keys]
    assert not [path for path in paths if re.search(r"\.\d+(\.|$)", path)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_nothing_is_left_undone(page):
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"TODO|FIXME|TBD|XXX|lorem ipsum|to be written", text, re.I)


def test_every_page_is_in_the_contents():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    files = {c["file"] for part in contents["parts"] for c in part["chapters"]}
    pages = {page.relative_to(ROOT).with_suffix("").as_posix() for page in PAGES}
    assert pages - {"index"} <= files


def test_every_reference_is_cited():
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    cited = {
        key.strip()
        for keys in re.findall(r"\{cite:[pt]\}`([^`]*)`", text)
        for key in keys.split(",")
    }
    bibliography = (ROOT / "references.bib").read_text(encoding="utf-8")
    assert cited == set(re.findall(r"^@\w+\{(\w+),", bibliography, re.M))


def test_every_alternative_text_is_one_sentence_at_least():
    for page in PAGES:
        for alt in re.findall(r"^:alt: (.*)$", page.read_text(), re.M):
            assert len(alt) > 30, f"{page.name}: {alt}"
            assert alt.endswith("."), f"{page.name}: {alt}"
