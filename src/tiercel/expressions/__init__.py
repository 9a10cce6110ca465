"""``{{ ... }}``: templates, compiled once and rendered many times."""
