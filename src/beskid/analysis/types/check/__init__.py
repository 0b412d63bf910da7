"""The body checker: from function bodies to typed trees, one construct per module."""
