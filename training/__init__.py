"""Fits, judges and records: pipeline, backtest, gate and the MLflow registry.

May import `insights`, `models`, `journal` and `ledger`; never `serving`.
"""
