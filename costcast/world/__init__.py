"""A small company whose AI spend is known exactly: the generator of known truth.

Twelve teams use eight AI models for eighteen months. What they used is drawn from a seed, so that
forecasts and alerts can be scored against the truth; what the sources said about it is written as
dated deliveries, late rows and corrections included. `costcast.world.build` makes a world,
`costcast.world.samples` writes it down.
Of ours it may import `ledger.panel`, `ledger.series` and `insights.detection_truth`, no more.
"""
