"""Tasks in processes of their own: the environment, the process, and what the two ends of its pipe say."""
