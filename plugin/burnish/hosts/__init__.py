"""Where Burnish lives: one contract (contract.py) and the programs that fulfil it."""
