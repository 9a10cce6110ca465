"""Files of other machines: one core, and one client a protocol."""
