"""Mail and SMS: the outbox written with the change that causes one, and the worker that sends."""
