"""Images and containers of a Docker or Podman engine."""
