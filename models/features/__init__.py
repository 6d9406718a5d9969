"""What a day of spend is judged by: one idea a file, each day from earlier days and itself only.

Arrays [N series, n days], left-aligned: day 0 is the first day of every series. numpy only; may
import what `models` may.
"""
