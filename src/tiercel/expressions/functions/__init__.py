"""The functions, one module a group; each has a tuple `FUNCTIONS`."""
