"""Makes the pages of ``docs/reference`` from the code, a module for each of them."""
