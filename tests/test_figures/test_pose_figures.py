"""Plots of keypoints, and of what they are worth, show what they are given."""

import io

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from darkhar.figures.descriptors import plot_kinematics
from darkhar.figures.fusion_weights import plot_branch_agreement, plot_fusion_weights
from darkhar.figures.skeletons import show_skeletons
from darkhar.figures.style import LEFT_COLOUR, RIGHT_COLOUR
from darkhar.figures.trajectories import plot_trajectories
from darkhar.pose.joints import JOINTS, MIN_SCORE

# Where the joints of someone who faces the camera, arms hanging, are: y and x.
UPRIGHT = {
    "nose": (0.2, 0.5),
    "eye": (0.18, 0.51),
    "ear": (0.19, 0.53),
    "shoulder": (0.3, 0.55),
    "elbow": (0.4, 0.57),
    "wrist": (0.5, 0.57),
    "hip": (0.5, 0.54),
    "knee": (0.7, 0.54),
    "ankle": (0.9, 0.54),
}


def person(**scores):
    """Keypoints [17, 3] with score 1 but where told; left is at the larger x."""
    keypoints = np.ones((17, 3))
    for i, joint in enumerate(JOINTS):
        y, x = UPRIGHT[joint.split("_")[-1]]
        keypoints[i] = y, 1 - x if joint.startswith("right") else x, 1
        keypoints[i, 2] = scores.get(joint, 1)
    return keypoints


def lines_of(ax, label):
    return [line for line in ax.lines if line.get_label() == label]


def bones(line):
    """Ends of the bones of a line that NaN parts: [bones, 2, xy]."""
    return line.get_xydata().reshape(-1, 3, 2)[:, :2]


def n_bones(ax):
    return {
        side: len(bones(lines_of(ax, f"_{side}")[0]))
        for side in ("left", "right", "across")
    }


def texts(figure):
    return [text.get_text() for text in figure.findobj(mpl.text.Text)]


def svg(figure):
    with mpl.rc_context({"svg.hashsalt": "darkhar"}):
        figure.savefig(buffer := io.BytesIO(), format="svg", metadata={"Date": None})
    return buffer.getvalue()


def test_skeletons_are_drawn_over_their_frames():
    frames = np.arange(2 * 3 * 6 * 8 * 3).reshape(2, 3, 6, 8, 3).astype(np.uint8)
    keypoints = np.tile(person(), (2, 3, 1, 1))
    keypoints[1, 2, :, 1] += 0.1
    figure = show_skeletons(frames, keypoints, row_labels=["Sit", "Run"])
    axes = np.reshape(figure.axes, (2, 3))
    np.testing.assert_array_equal(axes[1, 2].images[0].get_array(), frames[1, 2])
    assert axes[1, 0].get_ylabel() == "Run"
    assert n_bones(axes[0, 0]) == {"left": 8, "right": 8, "across": 2}
    wrist = person()[JOINTS.index("left_wrist"), 1::-1]
    for ax, moved in ((axes[0, 0], 0.0), (axes[1, 2], 0.1)):
        left = lines_of(ax, "_left")[0]
        assert left.get_color() == LEFT_COLOUR
        ends = bones(left)[:, 1].tolist()
        assert pytest.approx([wrist[0] + moved, wrist[1]]) in ends
    # Axes are in units of the frame, pixels square, y downwards.
    assert axes[0, 0].images[0].get_extent() == [0, 1, 1, 0]
    assert axes[0, 0].get_ylim() == (1, 0)
    assert axes[0, 0].get_aspect() == pytest.approx(6 / 8)
    assert {"the person’s left", "the person’s right"} <= set(texts(figure))


def over_one_frame(keypoints):
    """The axes of a skeleton over a black frame."""
    frames = np.zeros((1, 1, 6, 8, 3), np.uint8)
    return show_skeletons(frames, keypoints[None, None], row_labels=["Sit"]).axes[0]


def test_bones_of_the_left_lie_left_of_the_person():
    ax = over_one_frame(person())
    # Who faces the camera has the left at the picture's right.
    assert np.nanmin(lines_of(ax, "_left")[0].get_xdata()) >= 0.5
    assert np.nanmax(lines_of(ax, "_right")[0].get_xdata()) <= 0.5
    assert lines_of(ax, "_right")[0].get_color() == RIGHT_COLOUR
    for line in lines_of(ax, "_across"):
        assert np.ptp(bones(line)[:, :, 0], axis=1) == pytest.approx([0.1, 0.08])


@pytest.mark.parametrize(
    ("unseen", "expected"),
    [
        (["left_wrist"], {"left": 7, "right": 8, "across": 2}),
        (["left_knee"], {"left": 6, "right": 8, "across": 2}),
        (["right_hip"], {"left": 8, "right": 6, "across": 1}),
        (["nose"], {"left": 6, "right": 6, "across": 2}),
        (JOINTS, {"left": 0, "right": 0, "across": 0}),
    ],
)
def test_bones_and_dots_of_unseen_joints_are_not_drawn(unseen, expected):
    ax = over_one_frame(person(**dict.fromkeys(unseen, 0.19)))
    assert n_bones(ax) == expected
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert sum(len(line.get_xdata()) for line in dots) == 17 - len(unseen)


def test_a_joint_of_the_least_score_is_drawn():
    assert n_bones(over_one_frame(person(left_wrist=MIN_SCORE)))["left"] == 8


def rising_clip(n_frames=9, *, rise=0.2, drift=0.15):
    """Someone whose torso is 0.2 of the frame's height rises and drifts."""
    clip = np.tile(person(), (n_frames, 1, 1))
    share = np.linspace(0, 1, n_frames)[:, None]
    clip[..., 0] -= rise * share
    clip[..., 1] += drift * share
    return clip


def test_trajectories_are_in_torso_lengths_from_the_first_hip_centre():
    seconds = np.arange(9) / 3
    figure = plot_trajectories([rising_clip()], [seconds], ["Stand"], n_skeletons=3)
    strip, trace = figure.axes
    assert strip.get_title() == "Stand"
    head, hips = lines_of(trace, "_head")[0], lines_of(trace, "_hips")[0]
    np.testing.assert_allclose(head.get_xdata(), seconds)
    # The nose is 0.3 above the hips, a torso and a half, and rises by a torso.
    np.testing.assert_allclose(head.get_ydata()[[0, -1]], [1.5, 2.5])
    # 0.15 of a frame's width is 0.2 of its height: a torso to the right.
    np.testing.assert_allclose(hips.get_ydata()[[0, -1]], [0, 1], atol=1e-9)
    assert len(lines_of(trace, "_wrists")) == len(lines_of(trace, "_ankles")) == 2
    ankle = lines_of(trace, "_ankles")[0].get_ydata()
    np.testing.assert_allclose(ankle[[0, -1]], [-2, -1])
    low, high = trace.get_ylim()
    assert low < -1.9 and high > 2.4


def test_skeletons_stand_at_their_time_and_height():
    figure = plot_trajectories(
        [rising_clip()], [np.arange(9) / 3], ["Stand"], n_skeletons=3
    )
    strip = figure.axes[0]
    hips = [bones(line)[1] for line in lines_of(strip, "_across")]
    centres = np.mean(hips, axis=1)
    np.testing.assert_allclose(centres[:, 0], [0, 4 / 3, 8 / 3], atol=1e-9)
    np.testing.assert_allclose(centres[:, 1], [0, 0.5, 1], atol=1e-9)
    assert strip.get_ylim()[0] < strip.get_ylim()[1]  # upright
    assert strip.get_xlim() == figure.axes[1].get_xlim()


def test_a_skeleton_is_not_stretched():
    figure = plot_trajectories([rising_clip()], [np.arange(9) / 3], ["Stand"])
    FigureCanvasAgg(figure).draw()
    strip = figure.axes[0]
    shoulders, _ = bones(lines_of(strip, "_across")[0])
    torso = bones(lines_of(strip, "_left")[0])[5]
    wide = np.ptp(strip.transData.transform(shoulders)[:, 0])
    long = np.ptp(strip.transData.transform(torso)[:, 1])
    # 0.1 of a width four thirds of the height, and 0.2 of the height.
    assert wide / long == pytest.approx(0.1 * 4 / 3 / 0.2, rel=0.2)


def test_trajectories_leave_out_unseen_joints():
    clip = rising_clip()
    clip[3:5, JOINTS.index("nose"), 2] = 0
    clip[0, JOINTS.index("left_hip"), 2] = 0
    clip[0, :, 0] = 0.9  # whose hips are unseen: the second frame counts
    figure = plot_trajectories([clip], [np.arange(9) / 3], ["Stand"], n_skeletons=9)
    head = lines_of(figure.axes[1], "_head")[0].get_ydata()
    assert np.ma.getmaskarray(head).nonzero()[0].tolist() == [3, 4]
    assert head[1] == pytest.approx(1.5)
    left = [len(bones(line)) for line in lines_of(figure.axes[0], "_left")]
    assert left == [6, 8, 8, 6, 6, 8, 8, 8, 8]


def test_trajectories_of_clips_of_different_length_and_of_one_frame():
    clips = [rising_clip(n) for n in (1, 5, 30, 4)]
    times = [np.arange(len(clip)) / 30 for clip in clips]
    names = ["Jump", "Picking something up from the floor", "Sit", "Run"]
    figure = plot_trajectories(clips, times, names)
    strips = [ax for ax in figure.axes if ax.get_title()]
    assert [ax.get_title().replace("\n", " ") for ax in strips] == names
    assert [len(lines_of(ax, "_left")) for ax in strips] == [1, 5, 7, 4]
    assert svg(figure) == svg(plot_trajectories(clips, times, names))


def test_skeletons_are_equally_spaced_where_frames_are_few():
    figure = plot_trajectories([rising_clip(16)], [np.arange(16) / 8], ["Stand"])
    hips = [bones(line)[1] for line in lines_of(figure.axes[0], "_across")]
    centres = np.mean(hips, axis=1)[:, 0]
    np.testing.assert_allclose(centres, np.arange(6) * 3 / 8, atol=1e-9)


def test_joints_that_are_hardly_seen_do_not_set_the_limits():
    clip = rising_clip(20)
    ankles = [JOINTS.index("left_ankle"), JOINTS.index("right_ankle")]
    clip[:, ankles, 2] = 0
    clip[7:9, ankles] = 3, 0.5, 1  # far below the frame
    figure = plot_trajectories([clip], [np.arange(20) / 30], ["Stand"])
    assert figure.axes[1].get_ylim()[0] > -1


def test_trajectories_of_nobody():
    clip = rising_clip()
    clip[..., 2] = 0
    figure = plot_trajectories([clip], [np.arange(9) / 3], ["Run"])
    assert n_bones(figure.axes[0]) == {"left": 0, "right": 0, "across": 0}


def test_trajectories_of_six_actions_stay_light():
    clips = [rising_clip(100) + 0.01 * np.sin(np.arange(100))[:, None, None]] * 6
    figure = plot_trajectories(clips, [np.arange(100) / 30] * 6, list("abcdef"))
    assert len(svg(figure)) < 200_000


def dots_and_medians(ax):
    dots = [line for line in ax.lines if line.get_linestyle() == "None"]
    medians = [line for line in ax.lines if line.get_linestyle() == "-"]
    return dots, medians


def test_kinematics_show_every_clip_in_its_column():
    values = np.array([[3.0, 0], [1, 0], [9, 0], [2, 7]])
    figure = plot_kinematics(
        values,
        ["knee angle", "speed"],
        np.array([0, 0, 0, 1]),
        ["Sit", "Run"],
        scenes=np.array([""] * 4),
    )
    knee, speed = figure.axes
    assert (knee.get_title(), speed.get_title()) == ("knee angle", "speed")
    (sit, run), medians = dots_and_medians(knee)
    assert sit.get_ydata().tolist() == [1, 3, 9]
    # Over 80 % of a column's width, which is 80 % of the place of an action.
    assert sit.get_xdata().tolist() == pytest.approx([-0.32, 0, 0.32])
    assert run.get_xydata().tolist() == [[1, 2]]
    assert [line.get_ydata()[0] for line in medians] == [3, 2]
    assert dots_and_medians(speed)[0][1].get_ydata().tolist() == [7]
    assert [text.get_text() for text in knee.get_xticklabels()] == ["Sit", "Run"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["unknown"]


def test_kinematics_part_a_column_by_scene():
    figure = plot_kinematics(
        np.array([[3.0], [1], [5], [2]]),
        ["knee angle"],
        np.array([0, 0, 0, 1]),
        ["Sit", "Run"],
        scenes=np.array(["2", "10", "2", "10"]),
    )
    dots, medians = dots_and_medians(figure.axes[0])
    assert [line.get_ydata().tolist() for line in dots] == [[3, 5], [1], [2]]
    assert [line.get_ydata()[0] for line in medians] == [4, 1, 2]
    assert dots[0].get_xdata().max() < dots[1].get_xdata().min()
    assert dots[0].get_marker() != dots[1].get_marker() == dots[2].get_marker()
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["2", "10"]


def test_kinematics_of_many_descriptors_and_classes():
    classes = [f"Doing something for the {i}th time" for i in range(12)]
    names = [f"descriptor {i} of what is moved, torso lengths" for i in range(18)]
    figure = plot_kinematics(
        np.arange(18.0)[None], names, np.array([11]), classes, scenes=np.array(["1"])
    )
    assert [ax.get_title().replace("\n", " ") for ax in figure.axes] == names
    assert figure.axes[17].lines[1].get_xydata().tolist() == [[11, 17]]
    # Three in a row fill the grid; only the last row names the actions.
    named = [bool(ax.get_xticklabels()[0].get_text()) for ax in figure.axes]
    assert named == [False] * 15 + [True] * 3


def test_fusion_weights_mark_the_chosen_one():
    weights, losses = np.array([0, 0.5, 1]), np.array([[2.0, 1, 3], [4, 2, 3]])
    overall = np.array([3.0, 1.25, 3])
    figure = plot_fusion_weights(weights, losses, 0.75, overall=overall)
    ax = figure.axes[0]
    drawn = [line.get_ydata().tolist() for line in ax.lines[:3]]
    assert drawn == [[2, 1, 3], [4, 2, 3], [3, 1.25, 3]]
    assert ax.lines[2].get_linewidth() > ax.lines[0].get_linewidth()
    # On the bold line, halfway between two weights.
    assert ax.lines[4].get_xydata().tolist() == [[0.75, 2.125]]
    assert "chosen: 0.75" in texts(figure)


def test_branch_agreement_counts_clips():
    appearance = np.array([1, 1, 1, 0, 0, 1, 0], bool)
    pose = np.array([1, 0, 0, 1, 0, 1, 0], bool)
    figure = plot_branch_agreement(
        appearance, pose, np.array([0, 0, 0, 1, 1, 1, 1]), ["Sit", "Run", "Jump"]
    )
    ax = figure.axes[0]
    counts = np.reshape([int(text.get_text()) for text in ax.texts], (4, 4))
    assert counts.tolist() == [[2, 2, 1, 2], [1, 2, 0, 0], [1, 0, 1, 2], [0] * 4]
    columns = [text.get_text().replace("\n", " ") for text in ax.get_xticklabels()]
    assert columns == ["both", "only appearance", "only pose", "neither"]
    rows = [text.get_text() for text in ax.get_yticklabels()]
    assert rows == ["all clips", "Sit", "Run", "Jump"]
    shares = ax.images[0].get_array()
    np.testing.assert_allclose(shares[1], [1 / 3, 2 / 3, 0, 0])
    # White on dark: two thirds of the three clips of "Sit".
    white = [text.get_position() for text in ax.texts if text.get_color() == "white"]
    assert white == [(1, 1)]
