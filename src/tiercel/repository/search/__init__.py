"""How lists with filters become statements. Reached through ``tiercel.repository.lists``: it imports SQLAlchemy."""
