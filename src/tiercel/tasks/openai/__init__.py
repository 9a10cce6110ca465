"""Asking the services of OpenAI."""
