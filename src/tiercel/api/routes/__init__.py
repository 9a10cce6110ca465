"""One module of routes for each resource; each gives a list of handlers."""
