"""The execution a task runs in, and others."""
