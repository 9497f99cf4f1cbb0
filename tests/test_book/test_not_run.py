"""What a page shows of a notebook that the run left out."""

import re

import pytest
from fake_run import table, write_published

from darkhar.results.scraps import NotebookScraps

REASON = "no weights for 'x' (no npm); run `npm pack @v/human@3 --file F`"
# In HTML.
TITLE = REASON.replace("@", "&#64;")

PAGE = """# Page

It found {num}`pose#score:.3f` in {num}`baseline#validation.n`.

| a | b |
| - | - |
| {num}`pose#names.0:code` | 1 |

See {numref}`fig-skeleton`, {ref}`fig-skeleton`, {numref}`fig-curves`,
{numref}`tab-scores` and {ref}`tab-scores`.

```{scrap-figure} pose#skeleton_figure
:name: fig-skeleton
:alt: Joints of a person.
:width: 300px

Joints of *each* person.

More of them.
```

```{scrap-figure} baseline#curves_figure
:name: fig-curves
:alt: Two lines.

Curves.
```

```{scrap-table} pose#scores
:name: tab-scores
:columns: joint = Joint; score = Mean score | .2f

Scores of *each* joint.
```

```{scrap-table} pose#joints

Whole.
```
"""


@pytest.fixture
def project(project):
    project.write_run(not_run={"pose": REASON})
    return project


def build(project, text):
    project.page(text)
    passed, problems = project.build()
    assert passed, problems
    return project.html()


def pose_scraps(project):
    return NotebookScraps(
        {
            "score": 0.25,
            "names": ["nose"],
            "joints": table(["joint"], ["nose"]),
            "scores": table(["joint", "score"], ["nose", 0.5]),
        },
        {"skeleton_figure": project.scraps.figures["curves_figure"]},
    )


def run_pose(project):
    """The run again, with the notebook `pose`."""
    from fake_run import write_run

    notebooks = {"baseline": project.scraps, "pose": pose_scraps(project)}
    write_run(project.run_dir, notebooks)


def test_a_number_reads_not_run(project):
    html = build(project, PAGE)

    assert (
        f'It found <span class="scrap" title="{TITLE}">not run</span>'
        ' in <span class="scrap" title="baseline#validation.n">36</span>.' in html
    )
    assert f'<td><p><span class="scrap" title="{TITLE}">not run</span></p></td>' in html


def test_a_figure_keeps_its_numbered_caption(project):
    html = build(project, PAGE)

    figure = re.search(r'<figure[^>]*id="fig-skeleton".*?</figure>', html, re.S)[0]
    assert "<img" not in figure
    assert "scrap-not-run" in figure
    caption = re.search(r'<span class="caption-text">(.*?)</span><a', figure)[1]
    assert caption == (
        f'<span class="scrap" title="{TITLE}">Not run</span>. Joints of <em>each</em>'
        " person."
    )
    assert "<p>More of them.</p>" in figure
    assert "Source:" not in figure
    assert re.search(r'href="#fig-skeleton"><span[^>]*>Fig\. 1<', html)
    assert re.search(r'href="#fig-skeleton"><span[^>]*>Not run\. Joints of each', html)
    assert re.search(r'href="#fig-curves"><span[^>]*>Fig\. 2<', html)


def test_a_table_keeps_its_numbered_caption_and_header(project):
    html = build(project, PAGE)

    named, whole = re.findall(r'<table class="scrap-table.*?</table>', html, re.S)
    assert 'id="tab-scores"' in named
    assert re.findall(r"<p>(.*?)</p>", named) == [
        "Joint",
        "Mean score",
        "not run",
        "not run",
    ]
    assert f'title="{TITLE}">Not run</span>. Scores of <em>each</em> joint.' in named
    assert "Source:" not in named
    assert re.findall(r"<p>(.*?)</p>", whole) == ["Result", "not run"]
    assert re.search(r'href="#tab-scores"><span[^>]*>Table 1<', html)


def test_the_page_follows_when_it_is_run(project):
    build(project, PAGE)
    run_pose(project)

    html = build(project, PAGE)

    assert 'title="pose#score">0.250</span>' in html
    assert '<img alt="Joints of a person."' in html
    assert "<p>0.50</p>" in html
    assert "ot run" not in html


NOTES = """# Page

```{not-run} pose
Nobody reads {num}`baseline#nonsense`.
```

```{not-run} baseline
```

:::{if-run} pose
(joints)=
Joints {num}`pose#score:.3f`.

[there](#joints)

## How sure
It is.
:::

:::{if-run} baseline
Clips: {num}`baseline#validation.n`.

```{scrap-figure} baseline#curves_figure
:alt: Two lines.

Curves.
```
:::
"""


def test_directives_when_it_was_not_run(project):
    html = build(project, NOTES)

    (note,) = re.findall(r'<div class="warning admonition">.*?</div>', html, re.S)
    assert re.findall(r"<p[^>]*>(.*?)</p>", note) == [
        "Not run",
        'The notebook <code class="docutils literal notranslate"><span class="pre">pose'
        "</span></code> was not run, so its results are missing here: no weights for"
        " \N{LEFT SINGLE QUOTATION MARK}x\N{RIGHT SINGLE QUOTATION MARK} (no npm); run "
        '<code class="docutils literal notranslate"><span class="pre">npm</span> '
        '<span class="pre">pack</span> <span class="pre">&#64;v/human&#64;3</span> '
        '<span class="pre">--file</span> <span class="pre">F</span></code>.',
    ]
    assert "Nobody reads" not in html
    assert "Joints" not in html
    assert 'Clips: <span class="scrap" title="baseline#validation.n">36</span>.' in html
    assert '<img alt="Two lines."' in html


def test_directives_when_it_was_run(project):
    run_pose(project)

    html = build(project, NOTES)

    assert "admonition" not in html
    assert (
        '<p id="joints">Joints <span class="scrap" title="pose#score">0.250</span>.'
        in html
    )
    assert 'href="#joints"' in html
    assert re.search(r'class="rubric"[^>]*>How sure<.*\n<p>It is\.</p>', html)
    assert "Nobody reads" not in html


def test_a_published_run_without_the_notebook(project):
    folder = project.source / "published" / "real"
    folder.mkdir(parents=True)
    run_pose(project)
    write_published(folder, {"baseline": project.scraps}, not_run={"pose": REASON})

    html = build(
        project,
        "# Page\n\n{num}`published/real:pose#score:.3f`, {num}`pose#score:.3f`\n\n"
        "```{scrap-figure} published/real:pose#skeleton_figure\n:alt: Joints.\n\nJ.\n"
        "```\n\n```{not-run} published/real:pose\n```\n\n```{not-run} pose\n```\n\n"
        ":::{if-run} published/real:pose\nHidden.\n:::\n\n"
        ":::{if-run} pose\nShown.\n:::",
    )

    assert f'title="{TITLE}">not run</span>, ' in html
    assert ">0.250</span>" in html
    assert "<img" not in html
    assert html.count("admonition-title") == 1
    assert "was not run in published/real, so" in html
    assert "<p>Shown.</p>" in html
    assert "Hidden" not in html


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("```{not-run} poses\n```", "no notebook 'poses' in"),
        ("```{not-run} poses\n```", "did you mean 'pose'?"),
        (":::{if-run} published/none:pose\nx\n:::", "no results.json"),
        (":::{if-run} pose#score\nx\n:::", "'pose#score' names no notebook"),
        ("{num}`pse#score`", "no notebook 'pse'"),
        ("{num}`baseline#score`", "no result 'baseline#score'"),
        ("```{scrap-figure} pose#a_figure\n\nCaption.\n```", "no alternative text"),
        ("```{scrap-figure} pose#a_figure\n:alt: Lines.\n```", "no caption"),
        ("```{scrap-table} pose#a\n```", "no caption"),
        (":::{if-run} baseline\n{num}`baseline#score`\n:::", "no result 'baseline#sc"),
    ],
)
def test_what_is_wrong_still_fails_the_build(project, text, problem):
    project.page(f"# Page\n\n{text}\n")
    passed, problems = project.build()
    assert not passed
    assert problem in problems
    assert re.search(r"index\.md:[3-6]:", problems)


def test_the_runs_table_lists_what_was_not_run(project):
    html = build(
        project,
        "# Page\n\n```{run-table} notebooks\n"
        ":columns: notebook; status; seconds | .1f; stage_key | .3\n\nAll.\n```",
    )

    cells = re.findall(r"<p>(.*?)</p>", html[html.index("<tbody>") :])
    assert cells[:4] == ["baseline", "finished", "12.5", "626"]
    row = re.search(r"<p>pose</p>.*?</tr>", html, re.S)[0]
    assert re.findall(r"<td[^>]*>(.*?)</td>", row, re.S) == [
        "<p>not run</p>",
        "<p></p>",
        "<p></p>",
    ]
    assert '<td class="text-right"><p>12.5</p></td>' in html
