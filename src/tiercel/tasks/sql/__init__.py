"""SQL: one core, one record and one driver a database."""
