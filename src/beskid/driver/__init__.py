"""The driver: finds sources, runs the pure core on them, keeps what was made, and hands objects to the back ends.

This package and everything above it may touch files, the environment and processes. Importing the package itself
loads nothing; `warm` and `cache` stay free of front-end imports because a warm `beskid run` goes through them alone.
"""
