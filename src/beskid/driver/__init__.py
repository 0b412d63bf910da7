"""The driver: finds sources, compiles them, caches the objects, and passes them to the back ends.

This package and everything above it may use files, the environment and processes. Importing the package itself loads
nothing. `cache` imports no front end, because a warm `beskid run` uses nothing else of the driver.
"""
