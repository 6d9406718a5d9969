"""One small module per export format, each with a declared contract (`ledger.readers.contract`).

May import `ledger` only.
"""
