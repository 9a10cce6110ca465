"""Where log lines can be sent."""
