"""Having services copy data, and waiting until they have."""
