"""Measurements of speed and memory: `make bench NAME=b1`. Each writes a table and `benchmarks/results/<name>.json`."""
