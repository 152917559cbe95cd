"""One module a framework; each imports its framework, nothing else does."""
