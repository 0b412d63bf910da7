"""The C libraries that beskid links programs for other machines with, a folder for each target.

There is no code here: beskid finds the folders beside this file and checks them by the hashes that they state.
"""
