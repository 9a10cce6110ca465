"""The loop around tasks: threads and coroutines, time limits, kills, logs, directories."""
