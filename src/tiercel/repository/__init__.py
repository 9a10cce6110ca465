"""Where records are kept: tables, one module an aggregate, and the protocols a database must fulfil."""
