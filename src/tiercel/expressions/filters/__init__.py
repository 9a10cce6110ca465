"""The filters, one module a group; each has a tuple `FILTERS`."""
