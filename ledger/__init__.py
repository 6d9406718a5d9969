"""What was spent: exports in, deliveries, one canonical table, views as of any day, panels.

The bottom layer: imports none of our other packages.
"""
