"""Lists as people write them: all of these mean the same clips."""

import pytest

from darkhar.config import DataError, make_parameters
from darkhar.data.folder_layouts import read_layout
from darkhar.data.source import resolve_data

LISTS = ("train.txt", "validate.txt")


def rewrite(change, *files):
    def changed(folder):
        for file in files or LISTS:
            path = folder / file
            path.write_bytes(change(path.read_text()).encode())

    return changed


def each_row(change):
    """Changes the fields of each row of the lists."""
    return rewrite(
        lambda text: "\n".join(
            change(*line.split("\t")) for line in text.splitlines() if line
        )
    )


def two_bytes(folder):
    for file in (*LISTS, "mapping_table_23.txt"):
        path = folder / file
        path.write_bytes(path.read_text().encode("utf-16"))


def other_year(folder):
    (folder / "mapping_table_23.txt").rename(folder / "mapping_table_24.txt")


def from_one(folder):
    each_row(lambda row, label, path: f"{row}\t{int(label) + 1}\t{path}")(folder)
    (folder / "mapping_table_23.txt").write_text("1\tJump\n2\tRun\n")


def table_from_one(folder):
    (folder / "mapping_table_23.txt").write_text("1\tJump\n2\tRun\n")


def upper_case(folder):
    for path in folder.glob("*/**/*.mp4"):
        path.rename(path.with_suffix(".MP4"))


def csv_with_heading(folder):
    rewrite(lambda text: "VideoID,ClassID,Video\n" + text.replace("\t", ","))(folder)
    for file in LISTS:
        (folder / file).rename((folder / file).with_suffix(".csv"))


def aridly(folder):
    """Lists and clips in folders of their own, and no mapping table."""
    each_row(lambda row, label, path: f"{row},{path},{label}")(folder)
    rewrite(lambda text: "VideoID,Video,ClassID\n" + text)(folder)
    (folder / "list_cvt").mkdir()
    (folder / "train").rename(folder / "data")
    for path in (folder / "validate").iterdir():
        path.rename(folder / "data" / path.name)
    (folder / "train.txt").rename(folder / "list_cvt/ARID1.1_t1_train_pub.csv")
    (folder / "validate.txt").rename(folder / "list_cvt/ARID1.1_t1_validation_pub.csv")
    (folder / "mapping_table_23.txt").unlink()


def other_order(folder):
    each_row(lambda row, label, path: f"{path}\t{row}\t{label}")(folder)
    rewrite(lambda text: "Video\tVideo ID\tClass_ID\n" + text)(folder)


ALL = (*LISTS, "mapping_table_23.txt")
SAME = {
    "blanks": rewrite(lambda text: text.replace("\t", "  "), *ALL),
    "commas": rewrite(lambda text: text.replace("\t", ", "), *ALL),
    "heading": rewrite(lambda text: "row\tclass\tpath\n" + text),
    "heading, blanks": rewrite(lambda s: "row class path\n" + s.replace("\t", " ")),
    "heading of table": rewrite(lambda text: "id\tname\n" + text, ALL[-1]),
    "csv": csv_with_heading,
    "other order": other_order,
    "rows from one": each_row(lambda row, *rest: "\t".join([str(int(row) + 1), *rest])),
    "classes from one": from_one,
    "table from one": table_from_one,
    "no extensions": rewrite(lambda text: text.replace(".mp4", "")),
    "backslashes": rewrite(lambda text: text.replace("/", "\\")),
    "two bytes": two_bytes,
    "other year": other_year,
    "upper case": upper_case,
    "folders in paths": each_row(
        lambda row, label, path: (
            f"{row}\t{label}\t"
            + (f"train/{path}" if "/" in path else f"validate/{path}")
        )
    ),
    "lists called otherwise": lambda folder: (folder / "validate.txt").rename(
        folder / "Test.TXT"
    ),
}


def said(folder):
    return [
        (clip.clip_id, clip.label, clip.class_name, clip.scene, clip.split)
        for clip in read_layout(folder).clips
    ]


@pytest.mark.parametrize("name", SAME)
def test_lists_that_mean_the_same(folder, name):
    expected = said(folder)
    SAME[name](folder)
    assert said(folder) == expected


def test_arids_own_lists(folder):
    aridly(folder)
    layout = read_layout(folder)
    assert layout.class_names == ("Jump", "Run")
    assert said(folder) == [
        ("data/Jump/Jump_11_1", 0, "Jump", "11", "train"),
        ("data/Jump/Jump_8_2", 0, "Jump", "8", "train"),
        ("data/Run/Run_8_1", 1, "Run", "8", "train"),
        ("data/26", 0, "Jump", "", "val"),
        ("data/177", 1, "Run", "", "val"),
    ]


def test_eleven_classes_by_the_folders_of_their_clips(tmp_path):
    names = [f"Class {letter}" for letter in "KJIHGFEDCBA"]
    rows = []
    for number, name in enumerate(names):
        (tmp_path / "train" / name).mkdir(parents=True)
        (tmp_path / "train" / name / "clip.mp4").write_bytes(b"x")
        rows.append(f"{number},{name}/clip.mp4,{number}")
    text = "\n".join(["VideoID,Video,ClassID", *rows])
    (tmp_path / "train.csv").write_text(text)
    (tmp_path / "test.csv").write_text(text.replace(",Class", ",train/Class"))
    assert read_layout(tmp_path).class_names == tuple(names)


def test_scene_of_a_column_or_a_folder_where_names_tell_none(folder):
    (folder / "train/Run/5").mkdir()
    (folder / "train/Run/Run_8_1.mp4").rename(folder / "train/Run/5/c.mp4")
    (folder / "train/Jump/Jump_8_2.mp4").rename(folder / "train/Jump/b.mp4")
    (folder / "train.txt").write_text(
        "path,label,scene\n"
        "Jump/Jump_11_1.mp4,0,roof\n"
        "Jump/b.mp4,0,roof\n"
        "Run/5/c.mp4,1,\n"
    )
    assert [clip.scene for clip in read_layout(folder).train] == ["11", "roof", "5"]


@pytest.mark.parametrize(
    "text",
    [
        "2\t26.mp4\n18\t177.mp4\n",
        "2 26.mp4\n18 177.mp4\n",
        "VideoID,Video\n2,26.mp4\n18,177.mp4\n",
        "2\t-1\t26.mp4\n18\t\t177.mp4\n",
    ],
)
def test_validation_list_without_labels(folder, text):
    (folder / "validate.txt").write_text(text)
    assert said(folder)[3:] == [
        ("validate/26", -1, "", "", "val"),
        ("validate/177", -1, "", "", "val"),
    ]
    source = resolve_data(make_parameters({"data_dir": str(folder)}))
    assert source.clips("val").labels.tolist() == [-1, -1]


def two_tables(folder):
    (folder / "mapping_table_24.txt").write_text("0\tJump\n1\tRun\n")


def two_lists(folder):
    (folder / "train.csv").write_text("0,0,Jump/Jump_11_1.mp4\n")


def two_files(folder):
    rewrite(lambda text: text.replace(".mp4", ""))(folder)
    (folder / "train/Jump/Jump_8_2.avi").write_bytes(b"x")


def no_labels(folder):
    each_row(lambda row, label, path: f"{row}\t{path}")(folder)


def no_paths(folder):
    rewrite(lambda text: "row\tclass\tplace\n" + text)(folder)


def huge_id(folder):
    (folder / "mapping_table_23.txt").write_text("0\tJump\n1\tRun\n20231127\tSit\n")


def huge_listed_id(folder):
    aridly(folder)
    path = folder / "list_cvt/ARID1.1_t1_train_pub.csv"
    path.write_text(path.read_text().replace("8_1.mp4,1", "8_1.mp4,20231127"))


def two_folders_of_a_class(folder):
    aridly(folder)
    path = folder / "list_cvt/ARID1.1_t1_train_pub.csv"
    path.write_text(path.read_text().replace("8_1.mp4,1", "8_1.mp4,0"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (two_tables, "mapping_table_23.txt: mapping_table_24.txt can be read, too; k"),
        (two_lists, "train.csv: train.txt can be read, too; keep one of them"),
        (
            two_files,
            "train.txt, line 2: clip train/Jump/Jump_8_2 may be Jump_8_2.avi and"
            " Jump_8_2.mp4; write the name with its extension",
        ),
        (no_labels, "train.txt: the list has no class column; write one"),
        (no_paths, "train.txt: the list has no path column; write one"),
        (huge_id, "mapping_table_23.txt: class id 2 has no name, but 20231127 has"),
        (
            huge_listed_id,
            "list_cvt/ARID1.1_t1_train_pub.csv: class id 1 has no name, but 20231127",
        ),
        (
            two_folders_of_a_class,
            "list_cvt/ARID1.1_t1_train_pub.csv, line 4: class id 0 is Jump, and Run;"
            " name the classes in mapping_table.txt",
        ),
    ],
)
def test_problems_are_one_line_with_the_way_out(folder, change, message):
    change(folder)
    with pytest.raises(DataError) as caught:
        read_layout(folder)
    assert str(caught.value).startswith(f"{folder}/{message}")
    assert "\n" not in str(caught.value)
