"""Repositories of Git: copies of them, and flows and files of namespaces to and from them."""
