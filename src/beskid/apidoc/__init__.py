"""The documentation of a package: what its public items are, what their comments say, and the pages made of both.

Takes indexed modules and returns values and texts. It must not access files, and runs nothing.
"""
