"""Where secrets can be kept."""
