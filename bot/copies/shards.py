"""Work is cut into shards, and each location is in one of them, for ever and in every version."""

import hashlib

SHARDS = 64
"""Another number would put locations elsewhere, and copies of two versions would both have some of them."""
EVERY = range(SHARDS)


def shard_of(workspace: str, location_id: str) -> int:
    """The shard of a location: two workspaces may have locations of one id. No hash of Python's, which differs."""
    told = f"{workspace}\0{location_id}".encode()
    return int.from_bytes(hashlib.sha256(told).digest()[:8]) % SHARDS
