"""Tasks for looking at values."""
