"""Rows reshaped, filtered, joined and summed up, with a small language of expressions."""
