"""The intermediate representation: typed basic blocks with a text form and a verifier."""
