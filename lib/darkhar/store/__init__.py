"""What was computed once is kept by what it depends on.

In: whatever a result depends on. Out: a key, and what was kept under it. Open `shelf`
first (what is kept), then `keys` (objects whose fields are the key) and `code` (the
lines that compute). `prune` makes the cache smaller, `files` writes whole files or
none.
"""
