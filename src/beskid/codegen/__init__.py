"""From the artifact to the bytes of one position-independent object."""
