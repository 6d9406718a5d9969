"""What Costcast said and what people decided: outcome values, forecast vintages, budgets.

May import `ledger` only.
"""
