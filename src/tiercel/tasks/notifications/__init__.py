"""Messages to people: chats through their webhooks, and e-mail."""
