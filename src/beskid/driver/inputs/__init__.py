"""What a command reads: manifests, projects and source files."""
