"""State kept between executions (1.x; the key-value store replaces it)."""
