"""The members' mathematics compiled (numba): one idea a file, plain loops over one history.

May import what `models` may. Every file here is part of one compiled whole: see `compiled`.
"""
