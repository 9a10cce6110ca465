"""The Model Context Protocol: what language models and their clients say to a server of tools, and its answers."""
