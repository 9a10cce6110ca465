"""The description of the HTTP interface, made from the routes themselves."""
