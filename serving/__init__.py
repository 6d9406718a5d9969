"""Answers: the engine on one snapshot, the BentoML service around it, the pages and the report.

May import `insights`, `models`, `journal` and `ledger`; never `training`, and never what only
training needs (mlflow, scikit-learn, statsforecast, numba): a worker maps arrays and answers.
"""
