"""Microsoft's services."""
