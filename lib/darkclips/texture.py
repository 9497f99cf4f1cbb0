"""Surface patterns of walls, floors, furniture and clothes.

Each pattern maps surface coordinates in metres to a factor on the surface's colour.
"""

import numpy as np

_SIZE = 128


def noise_tile(seed):
    """Periodic fractal noise.

    Args:
        seed: int or sequence of ints.

    Returns:
        float32 array of shape `(128, 128)`, mean 0 and standard deviation 1.
    """
    rng = np.random.default_rng(seed)
    tile = np.zeros((_SIZE, _SIZE))
    for octave in range(5):
        coarse = rng.normal(size=(_SIZE >> octave, _SIZE >> octave))
        for _ in range(2):
            coarse = 0.5 * coarse + 0.25 * (
                np.roll(coarse, 1, 0) + np.roll(coarse, -1, 0)
            )
            coarse = 0.5 * coarse + 0.25 * (
                np.roll(coarse, 1, 1) + np.roll(coarse, -1, 1)
            )
        tile += np.kron(coarse, np.ones((1 << octave, 1 << octave))) * 1.5**octave
    return ((tile - tile.mean()) / tile.std()).astype(np.float32)


def sample(tile, u, v, scale):
    """Noise at surface coordinates, `scale` cells per metre."""
    rows = np.floor(u * scale).astype(np.int32) & (_SIZE - 1)
    columns = np.floor(v * scale).astype(np.int32) & (_SIZE - 1)
    return tile[rows, columns]


def _cells(tile, u, v):
    """One random number per pair of integer cell indices."""
    return tile[
        (u.astype(np.int32) * 37 + 11) & (_SIZE - 1),
        (v.astype(np.int32) * 53 + 5) & (_SIZE - 1),
    ]


def plain(u, v, tile):
    return 1 + 0.06 * sample(tile, u, v, 20)


def rough(u, v, tile):
    return 1 + 0.18 * sample(tile, u, v, 30) + 0.12 * sample(tile, v, u, 4)


def grass(u, v, tile):
    return np.maximum(
        1 + 0.4 * sample(tile, u, v, 40) + 0.25 * sample(tile, v, u, 3), 0.1
    )


def corrugated(u, v, tile):
    return (0.72 + 0.28 * np.cos(2 * np.pi * u / 0.18)) * (
        1 + 0.04 * sample(tile, u, v, 12)
    )


def brick(u, v, tile):
    row = np.floor(v / 0.16)
    along = u / 0.42 + 0.5 * (row % 2)
    mortar = (v / 0.16 - row < 0.14) | (along - np.floor(along) < 0.06)
    return np.where(mortar, 1.45, 0.95 + 0.14 * _cells(tile, np.floor(along), row))


def tiles(u, v, tile):
    across, along = u / 0.6, v / 0.6
    gap = (across - np.floor(across) < 0.035) | (along - np.floor(along) < 0.035)
    return np.where(
        gap, 0.55, 1 + 0.05 * _cells(tile, np.floor(across), np.floor(along))
    )


def checker(u, v, tile):
    odd = (np.floor(u / 0.5) + np.floor(v / 0.5)) % 2
    return np.where(odd > 0, 1.35, 0.55) * (1 + 0.04 * sample(tile, u, v, 20))


def planks(u, v, tile):
    board = np.floor(v / 0.16)
    gap = v / 0.16 - board < 0.07
    return np.where(gap, 0.45, 1 + 0.16 * _cells(tile, board, board)) * (
        1 + 0.08 * sample(tile, u * 0.2, v, 40)
    )


def panels(u, v, tile):
    across = u / 1.1
    seam = (across - np.floor(across) < 0.025) | (np.abs(v - 2.1) < 0.025)
    return np.where(
        seam, 0.4, 1 + 0.05 * _cells(tile, np.floor(across), np.floor(v / 2.1))
    )


def curtain(u, v, tile):
    return (
        0.7
        + 0.3 * np.sin(2 * np.pi * u / 0.23 + 1.5 * np.sin(5 * u))
        + 0.05 * sample(tile, u, v, 9)
    )


def shelves(u, v, tile):
    row = np.floor(v / 0.34)
    book = np.floor(u / 0.045)
    height = 0.62 + 0.12 * _cells(tile, book, row)
    board = v / 0.34 - row
    spine = np.maximum(0.9 + 0.55 * _cells(tile, row, book), 0.1)
    return np.where(board < 0.09, 1.1, np.where(board - 0.09 < height, spine, 0.12))


def panes(u, v, tile):
    across, up = u / 1.1, v / 1.3
    frame = (across - np.floor(across) < 0.28) | (up - np.floor(up) < 0.35)
    lit = _cells(tile, np.floor(across), np.floor(up)) > 0.4
    return np.where(frame, 1.0, np.where(lit, 2.6, 0.25))


def stripes(u, v, tile):
    return np.where(v / 0.5 % 1 < 0.5, 1.5, 0.5) * (1 + 0.04 * sample(tile, u, v, 20))


def lane(u, v, tile):
    line = (np.abs(v + 1.7) < 0.06) & (u / 1.5 % 1 < 0.6)
    return np.where(
        line, 4.0, 1 + 0.16 * sample(tile, u, v, 30) + 0.1 * sample(tile, v, u, 3)
    )


PATTERNS = {
    function.__name__: function
    for function in (
        plain,
        rough,
        grass,
        corrugated,
        brick,
        tiles,
        checker,
        planks,
        panels,
        curtain,
        shelves,
        panes,
        stripes,
        lane,
    )
}
"""Patterns by name. Each takes `u`, `v` (float arrays, metres) and a noise tile."""
