"""Tiny data folders in the EE6222 layout, written for each test."""

import numpy as np

from darkclips.video import encode_clip

HEIGHT, WIDTH = 32, 48


def grey_of(index: int, start: int = 20) -> int:
    """Grey level of a frame of a tiny clip: it tells which frame it is."""
    return start + 10 * index


def write_clip(path, n_frames, *, start=20, size=(HEIGHT, WIDTH)):
    levels = [grey_of(index, start) for index in range(n_frames)]
    frames = np.stack([np.full((*size, 3), level, np.uint8) for level in levels])
    encode_clip(frames, path)


def write_folder(directory):
    """Two classes; 3 training clips of two scenes, 2 validation clips."""
    clips = {
        "train/Jump/Jump_11_1.mp4": (4, 20),
        "train/Jump/Jump_8_2.mp4": (7, 22),
        "train/Run/Run_8_1.mp4": (5, 24),
        "validate/26.mp4": (6, 26),
        "validate/177.mp4": (3, 28),
    }
    for file, (n_frames, start) in clips.items():
        write_clip(directory / file, n_frames, start=start)
    # As in the real files: LF and an empty last line here, CRLF in the lists,
    # validation rows not numbered on end.
    mapping = b"0\tJump\n1\tRun\n\n"
    (directory / "mapping_table_23.txt").write_bytes(mapping)
    (directory / "train.txt").write_bytes(
        b"0\t0\tJump/Jump_11_1.mp4\r\n"
        b"1\t0\tJump/Jump_8_2.mp4\r\n"
        b"2\t1\tRun/Run_8_1.mp4\r\n"
    )
    (directory / "validate.txt").write_bytes(b"2\t0\t26.mp4\r\n18\t1\t177.mp4\r\n")
    return directory


def write_noise(directory, *, n_train=6, n_val=1):
    """Two classes of clips of noise, brighter in one; each from two scenes."""
    random = np.random.default_rng(0)
    lists = {"train": [], "validate": []}
    for label, name in enumerate(("Jump", "Run")):
        for number in range(n_train + n_val):
            frames = random.integers(0, 60 + 60 * label, (5 + number, 48, 64, 3))
            split = "train" if number < n_train else "validate"
            path = f"{name}/{name}_{number % 2}_{number}.mp4"
            if split == "validate":
                path = f"{label}.mp4"
            encode_clip(frames.astype(np.uint8), directory / split / path)
            lists[split].append((label, path))
    (directory / "mapping_table_23.txt").write_text("0\tJump\n1\tRun\n")
    for split, rows in lists.items():
        lines = [f"{row}\t{label}\t{p}\r\n" for row, (label, p) in enumerate(rows)]
        (directory / f"{split}.txt").write_bytes("".join(lines).encode())
    return directory


def write_class_folders(directory):
    """Two classes of two training clips and a validation clip, without lists."""
    files = {
        "train/Run/3/a.mp4": 24,
        "train/Run/b.mp4": 26,
        "train/Sit down/Sit_down_8_1.mp4": 28,
        "train/Sit down/Sit_down_9_2.mp4": 30,
        "val/Run/c.mp4": 32,
        "val/Sit down/d.mp4": 34,
    }
    for file, start in files.items():
        write_clip(directory / file, 3, start=start)
    return directory
