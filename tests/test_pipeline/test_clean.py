from pathlib import Path

import nbformat
import pytest

from darkhar.config import project_root
from darkhar.pipeline.clean import (
    with_outputs,
    without_logs,
    without_paths,
    without_scraps,
)

new_output = nbformat.v4.new_output


def code(source, *outputs, **keywords):
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), **keywords)


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{project_root()}/lib/a.py:3", "lib/a.py:3"),
        (f"in {project_root()}", "in ."),
        (f"{project_root()}-other/x", f"{project_root()}-other/x"),
        (f"{Path.home()}/x", "~/x"),
        ("/data/of/mine/train/1.mp4", "mine/train/1.mp4"),
        ("data_dir = '/data/of/mine'", "data_dir = 'mine'"),
        ("/tmp/ipykernel_12/345.py:3: Warning", "<cell>: Warning"),
        ("1/2", "1/2"),
    ],
)
def test_paths(text, expected):
    node = notebook(
        code(
            text,
            new_output("stream", text=text),
            new_output("display_data", data={"text/plain": text, "image/png": "/"}),
        )
    )

    cell = without_paths(node, {Path("/data/of/mine"): "mine"}).cells[0]

    assert cell.source == expected
    assert cell.outputs[0].text == expected
    assert cell.outputs[1].data == {"text/plain": expected, "image/png": "/"}


def test_outputs_join_code_by_code_under_new_prose():
    declared = {"metadata": {"tags": ["parameters"]}}
    injected = {"metadata": {"tags": ["injected-parameters"]}}
    source = notebook(
        nbformat.v4.new_markdown_cell("new prose"),
        code("a = 1", **declared),
        code("a"),
    )
    result = new_output("execute_result", data={"text/plain": "2"}, execution_count=9)
    executed = notebook(
        code("a = 1", execution_count=7, **declared),
        code("a = 2", execution_count=8, **injected),
        code("a", result, execution_count=9),
        nbformat.v4.new_markdown_cell("old prose"),
    )

    plain = with_outputs(source, executed)
    kept = with_outputs(source, executed, keep_injected=True)

    assert [c.source for c in plain.cells] == ["new prose", "a = 1", "a"]
    assert [c.source for c in kept.cells] == ["new prose", "a = 1", "a = 2", "a"]
    assert [c.execution_count for c in kept.cells[1:]] == [1, 2, 3]
    assert kept.cells[-1].outputs[0].execution_count == 3
    assert plain.cells[-1].outputs[0].execution_count == 2
    with pytest.raises(ValueError, match="code is not the same"):
        with_outputs(notebook(code("b")), executed)


def test_logs_of_native_code_go_and_warnings_stay():
    log = (
        "WARNING: All log messages before absl::InitializeLog() is called\n"
        "I0000 00:00:1795572240.111800    9843 port.cc:153] oneDNN\n"
    )
    node = notebook(
        code("import", new_output("stream", name="stderr", text=log)),
        code(
            "fit",
            new_output("stream", name="stderr", text=f"UserWarning: x\n{log}I0\n"),
            new_output("stream", name="stdout", text=log),
        ),
    )

    first, second = without_logs(node).cells

    assert first.outputs == []
    assert [o.text for o in second.outputs] == ["UserWarning: x\nI0\n", log]


def test_scraps_go_and_pictures_stay():
    named = {"scrapbook": {"name": "x"}, "darkhar": {"shows_frames": False}}
    data = {"application/scrapbook.scrap.json+json": {}}
    node = notebook(
        code(
            "glue",
            new_output("display_data", data=data, metadata=dict(named)),
            new_output("display_data", data={"image/png": ""}, metadata=dict(named)),
        )
    )

    outputs = without_scraps(node).cells[0].outputs

    assert [list(output.data) for output in outputs] == [["image/png"]]
    assert outputs[0].metadata == {"darkhar": {"shows_frames": False}}
    assert len(node.cells[0].outputs) == 2
