"""The EE6222 layout, the embedded dark clips, reading and writing video.

`layout`, `video`, `source`, `check` and `dark_clips` do without TensorFlow;
`builder` and `datasets` need it. Import from the submodule.
"""
