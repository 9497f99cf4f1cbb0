import shutil

import pytest

from darkhar.config import DataError, UsageError
from darkhar.data.folder_layouts import read_layout, scan_layout


def test_reads_the_real_files_quirks(folder):
    layout = read_layout(folder)
    assert layout.class_names == ("Jump", "Run")
    assert [c.clip_id for c in layout.clips] == [
        "train/Jump/Jump_11_1",
        "train/Jump/Jump_8_2",
        "train/Run/Run_8_1",
        "validate/26",
        "validate/177",
    ]
    assert [c.label for c in layout.clips] == [0, 0, 1, 0, 1]
    assert [c.class_name for c in layout.val] == ["Jump", "Run"]
    assert [c.scene for c in layout.clips] == ["11", "8", "8", "", ""]
    assert {c.split for c in layout.train} == {"train"}
    assert all(c.path.is_file() for c in layout.clips)


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_line_endings_and_byte_order_mark_do_not_matter(folder, ending):
    expected = read_layout(folder)
    for file in folder.glob("*.txt"):
        lines = file.read_bytes().split()  # fields hold no spaces
        rows = len(lines) // (2 if "mapping" in file.name else 3)
        width = len(lines) // rows
        text = ending.join(
            b"\t".join(lines[i * width : (i + 1) * width]) for i in range(rows)
        )
        file.write_bytes(b"\xef\xbb\xbf" + text)  # and no end of the last line
    assert read_layout(folder) == expected


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("train.txt", None, "{file}: the file is missing; write one"),
        ("validate.txt", None, "{file}: the file is missing; write one"),
        ("mapping_table_23.txt", b"\n\n", "{file}: the file is empty; write one"),
        ("train.txt", b"", "{file}: the file is empty; write one"),
        ("validate.txt", b"\r\n", "{file}: the file is empty; write one"),
        ("train.txt", b"\xff\xfe0", "{file}: the file is no UTF-8 text; write"),
        ("mapping_table_23.txt", b"0\tJump\n1 Run\n", "{file}, line 2: malformed row"),
        ("mapping_table_23.txt", b"0\tJump\n0\tRun\n", "{file}, line 2: class id 0 is"),
        ("mapping_table_23.txt", b"0\tRun\n1\tRun\n", "{file}, line 2: class name Run"),
        (
            "mapping_table_23.txt",
            b"0\tJump\n2\tRun\n",
            "{file}: class id 1 has no name",
        ),
        ("validate.txt", b"2\t0\t26.mp4\n\n3 1 177.mp4\n", "{file}, line 3: malformed"),
        ("validate.txt", b"2\tJump\t26.mp4\n", "{file}, line 1: malformed row '2<TAB>"),
        ("validate.txt", b"2\t0\t26.mp4\t\t\n", "{file}, line 1: malformed row"),
        ("validate.txt", b"2\t0\t../26.mp4\n", "{file}, line 1: malformed row"),
        ("validate.txt", b"2\t0\t/26.mp4\n", "{file}, line 1: malformed row"),
        ("validate.txt", b"2\t0\t\n", "{file}, line 1: malformed row"),
        ("validate.txt", b"2\t2\t26.mp4\n", "{file}, line 1: unknown class id 2; look"),
        (
            "validate.txt",
            b"2\t0\t26.mp4\n3\t0\t26.mp4\n",
            "{file}, line 2: clip validate/26.mp4 is already on line 1; take one",
        ),
        (
            "train.txt",
            b"0\t0\tJump/Jump_11_9.mp4\n",
            "{file}, line 1: clip train/Jump/Jump_11_9.mp4 is missing; add the file",
        ),
    ],
)
def test_first_problem_is_one_line_with_file_and_way_out(
    folder, file, content, message
):
    path = folder / file
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_layout(folder)
    assert str(caught.value).startswith(message.format(file=path))
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value)


def test_empty_clip(folder):
    (folder / "validate/26.mp4").write_bytes(b"")
    with pytest.raises(DataError, match=r"line 1: clip validate/26.mp4 is empty; "):
        read_layout(folder)


def test_missing_folder_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError, match="none is missing; ") as caught:
        read_layout(tmp_path / "none")
    assert caught.value.exit_code == 2
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file is not a folder; "):
        read_layout(tmp_path / "file")


def test_scan_goes_on_after_a_problem(folder):
    shutil.rmtree(folder / "train/Jump")
    (folder / "validate.txt").unlink()
    layout, problems = scan_layout(folder)
    assert [c.clip_id for c in layout.clips] == ["train/Run/Run_8_1"]
    assert [(p.file, p.line, p.clip) for p in problems] == [
        ("train.txt", 1, "train/Jump/Jump_11_1.mp4"),
        ("train.txt", 2, "train/Jump/Jump_8_2.mp4"),
        ("validate.txt", None, ""),
    ]


def test_missing_mapping_table_is_one_problem(folder):
    (folder / "mapping_table_23.txt").unlink()
    layout, problems = scan_layout(folder)
    (problem,) = problems
    expected = f"{folder}/mapping_table.txt: the file is missing; write one `id<TAB>"
    assert problem.message(folder).startswith(expected)
    assert len(layout.clips) == 5
    assert {(clip.label, clip.class_name) for clip in layout.clips} == {(-1, "")}


def test_folder_of_no_layout(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "train").mkdir()
    with pytest.raises(DataError, match="no clips that could be read; lists"):
        read_layout(tmp_path)


def test_class_without_a_training_clip(folder):
    (folder / "mapping_table_23.txt").write_bytes(b"0\tJump\n1\tRun\n2\tPush\n")
    with pytest.raises(DataError, match=r"mapping_table_23\.txt: class Push has no"):
        read_layout(folder)
