"""Tables of the third step of the schema."""

DUTIES = {
    "decisions": "point_id at action by reviewer reason due",
    "suppressions": "code file_id content_id pattern subject reason by reviewer made expires revoked",
    "terminals": "host at facts",
    "gates": "at act contract account target content_key summary recipient state closed",
    "answers": "gate_id at worker account result digest",
    "sweeps": "at contract families scope opened unread hosts residue verdict accepted_by accepted_why",
    "incidents": "at contract points families known_on suspicion register state",
    "hosts": "host heard anchor entries verified gaps",
}
"""Each with a number as its key and texts otherwise."""
