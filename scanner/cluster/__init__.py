"""Several machines, one scan (extra ``[cluster]``): Dask distributed behind mutual TLS, one committer."""
