"""The rules: what a password, a lock, a code, a trusted device, a link IS. No Flask, no HTML."""
