"""What forecasts and anomalies mean for money: budgets, accuracy.

Pure: views, paths and journal values in, values out. May import `models`, `journal`, `ledger`.
"""
