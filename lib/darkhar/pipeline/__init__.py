"""Executing the notebooks of a run and making the book of it.

In: parameters. Out: `runs/NAME`, and the book. Open `run` first, then `stage_keys`
(when a notebook is current), `status`, `compare` and `book`; `predictions` and
`run_recognizer` take what was learned to other videos. Importing this package imports
none of them, so that the command line starts at once.
"""
