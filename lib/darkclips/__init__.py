"""The embedded dark clips: people in the dark, generated from code.

A person of solid parts (`body`) performs one of six actions (`motion`) in one of
fifteen scenes (`scenes`), is rendered in linear light (`background`, `figure`) and seen
by a camera that shakes (`camera`) through a sensor short of photons (`sensor`). `plan`
says which clip shows what, `write` puts the dataset on disk.
"""

from darkclips.clip import render_clip
from darkclips.motion import CLASSES, FPS
from darkclips.plan import ClipSpec, clip_plan
from darkclips.scenes import SCENES
from darkclips.write import write_dark_clips

__all__ = [
    "CLASSES",
    "FPS",
    "SCENES",
    "ClipSpec",
    "clip_plan",
    "render_clip",
    "write_dark_clips",
]
