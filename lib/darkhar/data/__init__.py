"""Reading clips: a folder as people have it, or the embedded dark clips.

Open `source` first: `resolve_data` goes from parameters to a `DataSource`, whose
`Layout` (`layout`, read by a row of `folder_layouts`) lists clips with what they hold
(`measurement`, by way of `video`). `datasets` makes of it, by the TFDS `builder` and
its `clip_feature`, pipelines of decoded frames; these need TensorFlow, the others do
without. `check` reports on a folder with defects. Import from the submodule.
"""
