import shutil

import pytest
from tiny_clips import write_class_folders, write_clip

from darkhar.config import UsageError
from darkhar.data.check import check_data, format_report


def defects(folder):
    return {(d.file, d.problem) for d in check_data(folder).defects}


def test_a_sound_folder(folder):
    report = check_data(folder)
    assert report.defects == []
    assert len(report.clips) == 5
    assert [c.n_frames for c in report.select("train")] == [4, 7, 5]
    assert [c.clip_id for c in report.select("val", "Run")] == ["validate/177"]
    # Four frames of 20, 30, 40, 50.
    assert report.clips[0].brightness == pytest.approx(35, abs=2)


def test_report_as_text(folder):
    text = format_report(check_data(folder)).splitlines()
    assert "train: 3 clips" in text
    assert "  frames: 4 to 7, median 5, 16 in all" in text
    assert "  size: 48x32 (3)" in text
    assert "  rate: 30 fps (3)" in text
    jump = next(line for line in text if line.startswith("  Jump"))
    assert jump.split()[:2] == ["Jump", "2"]
    assert jump.endswith("11 (1), 8 (1)")
    assert "unknown (1)" in "\n".join(text)
    assert text[-1] == "No defects."


def test_brightness_weighs_frames_alike(folder):
    report = check_data(folder)
    of_class = [c.brightness for c in report.select("train", "Jump")]
    mean = (4 * of_class[0] + 7 * of_class[1]) / 11
    jump = next(
        line for line in format_report(report).splitlines() if line.startswith("  Jump")
    )
    assert jump.split()[2] == f"{mean:.1f}"


def test_every_defect_by_file_name(folder):
    train = folder / "train"
    rows = [
        "0\t0\tJump/Jump_11_1.mp4",
        "1\t0\tJump/Jump_8_2.mp4",
        "2\t0\tRun/Run_8_1.mp4",  # of the other class
        "3\t0\tJump/Jump_11_9.mp4",  # missing
        "4 0 Jump/Jump_11_3.mp4",  # malformed
        "5\t7\tJump/Jump_11_4.mp4",  # unknown class
        "6\t0\tJump/Jump_11_1.mp4",  # twice
        "7\t0\tJump/Jump_11_5.mp4",  # empty
        "8\t0\tJump/Jump_11_6.mp4",  # cut
        "9\t0\tJump/Jump_11_7.mp4",  # one frame
        "10\t0\tJump/Jump_11_8.mp4",  # of another size: no defect
        "11\t1\tRun/Run_3_1.mp4",  # leaked from validation
    ]
    (folder / "train.txt").write_text("\n".join(rows))
    (train / "Jump/Jump_11_5.mp4").write_bytes(b"")
    cut = (train / "Jump/Jump_8_2.mp4").read_bytes()[:-500]
    (train / "Jump/Jump_11_6.mp4").write_bytes(cut)
    write_clip(train / "Jump/Jump_11_7.mp4", 1)
    write_clip(train / "Jump/Jump_11_8.mp4", 4, size=(32, 64), start=30)
    write_clip(train / "Jump/Jump_99_1.mp4", 3)  # not listed
    shutil.copy(folder / "validate/177.mp4", train / "Run/Run_3_1.mp4")
    found = defects(folder)
    assert {
        ("train/Jump/Jump_11_9.mp4", "is missing (train.txt, line 4)"),
        ("train.txt", "line 5: malformed row '4 0 Jump/Jump_11_3.mp4'"),
        ("train/Jump/Jump_11_4.mp4", "unknown class id 7 (train.txt, line 6)"),
        ("train/Jump/Jump_11_1.mp4", "is already on line 1 (train.txt, line 7)"),
        ("train/Jump/Jump_11_5.mp4", "is empty (train.txt, line 8)"),
        ("train/Jump/Jump_11_7.mp4", "has fewer than 2 frames"),
        ("train/Jump/Jump_99_1.mp4", "is not listed in train.txt"),
        ("train/Run/Run_8_1.mp4", "is listed as Jump but named Run"),
        (
            "validate/177.mp4",
            "has the same content as train/Run/Run_3_1.mp4 of the other split",
        ),
    } <= found
    (undecodable,) = {p for f, p in found if f == "train/Jump/Jump_11_6.mp4"}
    assert undecodable.startswith("does not decode (")
    assert len(found) == 10
    text = format_report(check_data(folder))
    assert "10 defects:" in text
    assert "  train/Jump/Jump_99_1.mp4: is not listed in train.txt" in text


def test_says_which_layout_was_read(folder):
    lines = format_report(check_data(folder)).splitlines()
    expected = "Layout: lists (mapping_table_23.txt, train.txt, validate.txt)"
    assert lines[1] == expected
    write_class_folders(folder.parent / "classes")
    lines = format_report(check_data(folder.parent / "classes")).splitlines()
    assert lines[1] == "Layout: folders of classes (train, val)"
    assert lines[-1] == "No defects."


def test_sizes_and_rates_are_told_and_no_defects(folder):
    write_clip(folder / "train/Run/Run_8_1.mp4", 5, size=(64, 48), start=30)
    text = format_report(check_data(folder))
    assert "  size: 48x32 (2), 48x64 (1)" in text
    assert "No defects." in text


def test_missing_mapping_table_is_one_defect(folder):
    (folder / "mapping_table_23.txt").unlink()
    assert defects(folder) == {("mapping_table.txt", "the file is missing")}


def test_ids_that_do_not_count_on_are_one_defect(folder):
    (folder / "mapping_table_23.txt").write_text("0\tJump\n20231127\tRun\n")
    text = "class id 1 has no name, but 20231127 has one"
    assert defects(folder) == {("mapping_table_23.txt", text)}


def test_what_systems_leave_behind_is_no_defect(folder):
    for file in ("desktop.ini", "Jump/Thumbs.db", "Jump/.DS_Store"):
        (folder / "train" / file).write_bytes(b"x")
    (folder / "train/Jump/._Jump_11_1.mp4").write_bytes(b"x")
    (folder / "train/__MACOSX").mkdir()
    (folder / "train/__MACOSX/Jump_11_1.mp4").write_bytes(b"x")
    assert defects(folder) == set()


def test_other_files_among_folders_of_classes(tmp_path):
    write_class_folders(tmp_path)
    (tmp_path / "train/Run/film.wmv").write_bytes(b"x")
    assert defects(tmp_path) == {("train/Run/film.wmv", "is no clip by its extension")}


def test_name_that_two_files_have_is_one_defect(folder):
    (folder / "validate.txt").write_text("0\t0\t26\n1\t1\t177\n")
    shutil.copy(folder / "validate/26.mp4", folder / "validate/26.avi")
    text = "may be 26.avi and 26.mp4 (validate.txt, line 1)"
    assert defects(folder) == {("validate/26", text)}


def test_class_of_two_words_is_not_taken_for_another(folder):
    (folder / "mapping_table_23.txt").write_text("0\tJump\n1\tSit_down\n")
    (folder / "train/Run").rename(folder / "train/Sit down")
    (folder / "train/Sit down/Run_8_1.mp4").rename(
        folder / "train/Sit down/Sit_down_3_1.mp4"
    )
    text = (folder / "train.txt").read_text()
    text = text.replace("Run/Run_8_1", "Sit down/Sit_down_3_1")
    (folder / "train.txt").write_text(text)
    assert defects(folder) == set()


def test_unlabelled_clips_have_a_row_of_their_own(folder):
    (folder / "validate/26.mp4").rename(folder / "validate/Run_3_1.mp4")
    (folder / "validate.txt").write_text("0\tRun_3_1.mp4\n1\t177.mp4\n")
    text = format_report(check_data(folder)).splitlines()
    (row,) = [line for line in text if line.startswith("  unlabelled")]
    assert row.split()[1] == "2"
    assert text[-1] == "No defects."


def test_missing_list_is_one_defect(folder):
    (folder / "train.txt").unlink()
    assert defects(folder) == {("train.txt", "the file is missing")}


def test_same_content_twice_in_a_split(folder):
    shutil.copy(folder / "train/Jump/Jump_8_2.mp4", folder / "train/Jump/Jump_11_1.mp4")
    expected = "has the same content as train/Jump/Jump_11_1.mp4"
    assert defects(folder) == {("train/Jump/Jump_8_2.mp4", expected)}


def test_missing_folder(tmp_path):
    with pytest.raises(UsageError):
        check_data(tmp_path / "none")
