"""How people act and how they are filmed: the ranges that a clip's numbers are drawn
from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Manner:
    """Ranges, each from its least to its greatest value, drawn uniformly.

    Args:
        walk_strides: pair of floats. Strides of one leg a second.
        walk_amplitude: pair of floats. Factor on the swing of the legs.
        walk_elbow: pair of floats. By how much the elbow is bent, degrees.
        run_strides: pair of floats.
        run_amplitude: pair of floats.
        run_reach: pair of floats. Statures covered in a stride of amplitude 1.
        run_elbow: pair of floats.
        sideways: float. Share of walkers and runners who cross the picture; of the
            others, five of nine come nearer.
        crouch: pair of floats. Depth before a jump; 1 folds the knee by 88 degrees.
        jump_height: pair of floats. Of the body above standing, metres.
        jump_arms: pair of floats. How far the arms swing up, degrees.
        jump_counts: tuple of ints. One is drawn: how many jumps there are at most.
        jump_wait: pair of floats. Share of the time that is left beside a jump, for
            which the person stands before it.
        jump_forward: tuple of floats. One is drawn: metres a jump.
        run_up: tuple of floats. One is drawn: metres a second before the first jump.
        thigh: pair of floats. Direction of the thigh of a seated person, degrees from
            hanging; over 90 the knee is higher than the hip.
        lean: pair of floats. How far the trunk swings forward over the feet, degrees.
        seated_lean: pair of floats. Of the trunk of a seated person, degrees forward.
        hands: pair of floats. How far in front of a seated person the upper arms are,
            degrees: they push off from the thighs or hang.
        seated_turn: pair of floats. By how much the body turns to either side before it
            sits or after it stands, degrees.
        turn_speed: pair of floats. Degrees a second.
        turn_angle: pair of floats. Degrees, to either side.
        turn_steps_aside: pair of floats. Metres walked while turning.
        person_pixels: pair of floats. Stature in the picture, pixels; it may exceed the
            240 of the frame.
        spread_evenly: bool. Whether ratios of `person_pixels` are drawn evenly.
        nearest: float. How near people may come to the camera, metres.
        aim: pair of floats. Height that the camera looks at, metres.
        lens: pair of floats. How much higher the camera is than is usual in its scene,
            metres.
    """

    walk_strides: tuple = (0.8, 1.05)
    walk_amplitude: tuple = (0.9, 1.2)
    walk_elbow: tuple = (14, 30)
    run_strides: tuple = (1.25, 1.5)
    run_amplitude: tuple = (0.9, 1.1)
    run_reach: tuple = (1.15, 1.4)
    run_elbow: tuple = (80, 100)
    sideways: float = 0.55
    crouch: tuple = (0.8, 1.05)
    jump_height: tuple = (0.22, 0.42)
    jump_arms: tuple = (70, 140)
    jump_counts: tuple = (1000,)
    jump_wait: tuple = (0.0, 0.0)
    jump_forward: tuple = (0.0, 0.0, 0.35, 0.6)
    run_up: tuple = (0.0,)
    thigh: tuple = (80, 89)
    lean: tuple = (26, 40)
    seated_lean: tuple = (-8, -8)
    hands: tuple = (20, 38)
    seated_turn: tuple = (0, 0)
    turn_speed: tuple = (95, 150)
    turn_angle: tuple = (100, 300)
    turn_steps_aside: tuple = (0.0, 0.0)
    person_pixels: tuple = (115, 195)
    spread_evenly: bool = False
    nearest: float = 0.0
    aim: tuple = (0.75, 1.05)
    lens: tuple = (-0.2, 0.2)


USUAL = Manner()
"""Of the embedded clips."""

# In comments: training clips of the EE6222 data that go beyond the usual, which these
# ranges imitate. Clips of other splits were not consulted.
WIDE = Manner(
    # Walk_14: slow, with short steps.
    walk_strides=(0.6, 1.05),
    walk_amplitude=(0.5, 1.2),
    walk_elbow=(10, 60),
    # Run_1, Run_11: jogging through a room or along a path, 1 to 2 m/s.
    run_strides=(1.05, 1.5),
    run_amplitude=(0.4, 1.1),
    run_reach=(0.8, 1.4),
    run_elbow=(50, 100),
    # Run_11, Walk_14: most come nearer or go away.
    sideways=0.3,
    # Jump_8_9: hops. Jump_11: one jump after standing still, landing included.
    crouch=(0.3, 1.05),
    jump_height=(0.06, 0.42),
    jump_arms=(20, 140),
    jump_counts=(1, 1, 1, 2, 1000),
    jump_wait=(0.0, 1.0),
    # Jump_8: forward, some with steps before.
    jump_forward=(0.0, 0.0, 0.35, 0.6, 1.0),
    run_up=(0.0, 0.0, 0.8, 1.6),
    # Sit_2: on steps, deep; Sit_10: upright on a chair, some from the side; Stand
    # likewise.
    thigh=(65, 105),
    lean=(5, 40),
    seated_lean=(-15, 30),
    hands=(0, 60),
    seated_turn=(0, 60),
    # Turn_1: quarters of a turn, slow, with steps.
    turn_speed=(60, 150),
    turn_angle=(30, 200),
    turn_steps_aside=(0.0, 0.2),
    # Run_11, Walk_14: 70 pixels high; Turn_1, Sit_4: from the hips up, 400.
    person_pixels=(75, 420),
    spread_evenly=True,
    nearest=1.0,
    aim=(0.75, 1.3),
    lens=(-0.4, 0.6),
)
"""Of simulated clips that are not rendered."""


def between(rng, ends):
    """Draws from a range; nothing is drawn where its ends are one.

    Args:
        rng: `np.random.Generator`.
        ends: pair of floats.

    Returns:
        float.
    """
    low, high = ends
    return low if low == high else rng.uniform(low, high)


def one_of(rng, options):
    """Draws one of some options; nothing is drawn where there is one only.

    Args:
        rng: `np.random.Generator`.
        options: tuple.
    """
    return options[0] if len(options) == 1 else rng.choice(options)
