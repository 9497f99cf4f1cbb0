"""Side-by-side measurements: two ways to the same values, in one run, as ratios.

Nothing here is asserted in a test: times differ from machine to machine and from minute
to minute. `make bench` runs all and writes `benchmarks/results.json`.
"""
