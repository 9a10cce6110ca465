"""Internal storage: files that executions, namespaces and tasks keep, behind one protocol for every kind of store."""
