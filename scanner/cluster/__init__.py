"""Several machines, one scan (extra ``[cluster]``): leases and answers as sealed data through PostgreSQL, one committer."""
