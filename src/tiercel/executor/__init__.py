"""The loop around the engine: shards, inbox, one commit a batch, timers, recovery."""
