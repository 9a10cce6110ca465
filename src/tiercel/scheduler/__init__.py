"""The loop around schedules and polling triggers: looks at what is due, and starts executions exactly once."""
