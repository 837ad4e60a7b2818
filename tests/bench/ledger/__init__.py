"""The ledger's speed against what else adds up the same books. Run: python -m tests.bench.ledger"""
