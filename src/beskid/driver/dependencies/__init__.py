"""Where dependencies come from: the graph of projects, the lock file, git, checkouts, and edits of manifests."""
