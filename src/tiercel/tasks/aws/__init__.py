"""Amazon's services, and others that speak their protocols."""
