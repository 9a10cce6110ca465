"""The processes between the server and the programs it runs; the modules here need nothing but Python itself."""
