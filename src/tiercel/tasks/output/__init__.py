"""Outputs of a flow of one's own making."""
