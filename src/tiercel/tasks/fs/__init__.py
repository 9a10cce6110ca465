"""Files outside of the installation, and triggers that wait for them."""
