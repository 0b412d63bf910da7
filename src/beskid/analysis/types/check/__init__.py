"""The body checker: function bodies from syntax to typed tree, one construct a module."""
