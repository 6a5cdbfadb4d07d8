"""A transparency log in the field's own format: pure functions, no files, no database, nothing of Sekisho.

RFC 6962 (tree, proofs) and C2SP: signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof, and the request of
tlog-witness. What is made here, any verifier of such logs reads; ``tests/scanner/tlog_verifier.go`` is one that is not ours.
"""
