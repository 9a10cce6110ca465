"""HTTP for tasks: guarded connections, repeated requests, proxies."""
