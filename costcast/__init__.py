"""The doors of Costcast and the order of the day.

Facade for notebooks, command line, the nightly run, the demo, the settings and the generator of
known truth. This is the top layer: it may import every package below and nothing imports it.
"""
