"""The JSON that answers are made of, one module a thing."""
