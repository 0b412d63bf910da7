"""Tests of a program: finding, running and reporting them."""
