"""How each database is connected to, asked and told apart; the libraries are imported when first used."""
