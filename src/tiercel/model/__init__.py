"""What things are: flows, executions, task runs, states, events and commands. Records only."""
