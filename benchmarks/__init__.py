"""Evidence: scores and timings beside a baseline and a peer, as rows that tell how to repeat them.

`tasks` says what is asked, `run` measures and writes `results/*.csv`, `render` writes the tables of
the README from these files. See `benchmarks/README.md` for what may be concluded.
"""
