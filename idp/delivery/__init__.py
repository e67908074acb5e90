"""Mail: the outbox written with the change that causes a message, and the worker that sends it."""
