"""Proof that a release holds no record of a lot: a sorted Merkle tree of lot numbers, two neighbours."""
