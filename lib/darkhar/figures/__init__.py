"""Every plot of the paper: arrays and tables in, a matplotlib figure out.

In: the tables of `darkhar.study` and `darkhar.evaluation`, arrays of frames and
keypoints, or the objects that hold them. Out: a `Figure` (of a Keras model, SVG text)
for `darkhar.results.glue_figure`. A module a kind of figure. Open `style` first (sizes,
colours, panels), then what several figures share: `dot_plots` (rows of points with
intervals), `counts` (tables of counts) and `frames` (pictures).
"""
