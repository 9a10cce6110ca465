"""Who may start: the book-keeping of limits, without I/O and clock."""
