"""Scripts in any language, run by a task runner."""
