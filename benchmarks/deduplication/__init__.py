"""Parts of the benchmark of deduplication: invented records, one process for each method, counting."""
