"""The pool: one member forecaster a file, each with statsforecast's fit, predict and forecast.

May import what `models` may.
"""
