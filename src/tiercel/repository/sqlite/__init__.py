"""The embedded backend: one file, one writer thread with group commit, a pool of readers."""
