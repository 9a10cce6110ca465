"""What a user can do: plain async functions of an environment and an actor, used by every door (HTTP, CLI, tasks)."""
