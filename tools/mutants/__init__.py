"""Mutation testing: changes the sources in small ways and lists the changes that no test notices.

`python -m tools.mutants --budget 30` works on a copy of the tree. `model` has the mutants, `python_source` and
`c_source` find them, `coverage_map` knows which tests execute which line, `trial` runs the tests of one mutant, and
`__main__` picks, reports and stops in time.
"""
