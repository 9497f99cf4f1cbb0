"""Reading clips: a folder in the EE6222 layout, or the embedded dark clips.

Open `source` first: `resolve_data` goes from parameters to a `DataSource`, whose layout
(`layout`) lists clips with what they hold (`measurement`, by way of `video`).
`datasets` makes of it, by the TFDS `builder`, pipelines of decoded frames; these two
need TensorFlow, the others do without. `check` reports on a folder with defects. Import
from the submodule.
"""
