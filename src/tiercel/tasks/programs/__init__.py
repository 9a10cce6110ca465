"""Tasks that run the command line program of another tool, with what that tool needs to know put in place."""
