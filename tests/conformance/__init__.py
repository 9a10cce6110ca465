"""Runs a folder of conformance cases against the product itself: `python -m conformance --dir FOLDER`."""
