"""Detectors: each tells how strange every row of a series is, from the rows up to it alone."""
