"""The embedded dark clips: people in the dark, generated from code.

A person of solid parts (`body`) performs one of six actions (`motion`) in one of
fifteen scenes (`scenes`), is rendered in linear light (`background`, `figure`) and seen
by a camera that shakes (`camera`) through a sensor short of photons (`sensor`). `plan`
says which clip shows what, `write` puts the dataset on disk.
"""

from darkhar.data.dark_clips.clip import render_clip
from darkhar.data.dark_clips.motion import CLASSES, FPS
from darkhar.data.dark_clips.plan import ClipSpec, clip_plan
from darkhar.data.dark_clips.scenes import SCENES
from darkhar.data.dark_clips.write import write_dark_clips

__all__ = [
    "CLASSES",
    "FPS",
    "SCENES",
    "ClipSpec",
    "clip_plan",
    "render_clip",
    "write_dark_clips",
]
