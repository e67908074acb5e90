"""The issuer: who the sites are, what they are told, and the endpoints they speak to."""
