"""Who calls the pipeline: the local scan here; the daemon and the cluster later."""
