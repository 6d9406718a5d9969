"""The mathematics: forecasters, paths, intervals, detectors. Arrays in, arrays out.

Of our own packages it may import only `ledger.panel` and `ledger.series`. It knows no MLflow,
BentoML, store, clock, network or environment.
"""
