"""HTTP: one guard, routes by resource, and the JSON shapes of the published API."""
