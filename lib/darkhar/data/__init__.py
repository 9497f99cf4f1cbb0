"""Reading clips: a folder as people have it, or the embedded dark clips.

Open `source` first: `resolve_data` goes from parameters to a `DataSource`, whose
`Layout` (`layout`, read by a row of `folder_layouts`) lists clips with what they hold
(`measurement`, by way of `video`); a split of it is `clips`. `datasets` makes of it, by
the TFDS `builder` and its `clip_feature`, pipelines of decoded frames; these need
TensorFlow, the others do without. `playback` shows a video as a player does, and
`shots` tells where it is cut. `check` reports on a folder with defects. Import from the
submodule.
"""
