"""The one stream of events that a web interface follows: frames, the ring they are kept in, and who follows it."""
