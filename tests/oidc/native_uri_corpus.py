"""Where an app on somebody's own machine may be answered (RFC 8252 §7), as data."""

# address, and the sector that it gives
GOOD = [
    ("com.example.app:/cb", "app.example.com"),
    ("com.example.app:/", "app.example.com"),
    ("com.example.app:/auth/cb?tenant=a", "app.example.com"),
    ("fr.a-b.app2:/cb", "app2.a-b.fr"),
    ("https://app.example/cb", "app.example"),
]
# of no sector of its own; the port is as it happens to be
ON_LOOPBACK = [
    "http://127.0.0.1/cb",
    "http://127.0.0.1:49152/cb",
    "http://[::1]/cb",
    "http://[::1]:49152/",
]
# address, then words of the reason, in production
BAD = [
    ("http://localhost/cb", "only development"),
    ("http://127.0.0.1.evil.test/cb", "uses http"),
    ("http://127.1/cb", "uses http"),
    ("http://127.0.0.2/cb", "uses http"),
    ("http://[::ffff:127.0.0.1]/cb", "uses http"),
    ("http://app.example/cb", "uses http"),
    ("https://127.0.0.1/cb", "only development"),
    ("http://127.0.0.1:*/cb", "wildcard"),
    ("http://127.0.0.1:0/cb", "has a port"),
    ("http://127.0.0.1/cb#top", "fragment"),
    ("http://user@127.0.0.1/cb", "holds an @"),
    ("http://127.0.0.1/a/../cb", ". or .. segment"),
    ("http://127.0.0.1/cb?code=1", "parameter code"),
    ("app:/cb", "com.example.app:/path"),
    ("myapp://cb", "com.example.app:/path"),
    ("com.example.app://cb", "com.example.app:/path"),
    ("com.example.app:cb", "com.example.app:/path"),
    ("com.example.app:", "com.example.app:/path"),
    ("Com.Example.App:/cb", "com.example.app:/path"),
    ("com..app:/cb", "com.example.app:/path"),
    ("com.-app:/cb", "com.example.app:/path"),
    ("1com.app:/cb", "is not of the form"),
    ("com.example.app:/cb#top", "fragment"),
    ("com.example.app:/*", "wildcard"),
    ("com.example.app:/a/../cb", ". or .. segment"),
    ("com.example.app:/a//cb", "two slashes"),
    ("com.example.app:/cb?state=1", "parameter state"),
    ("com.example.app:/c\u0430", "outside ASCII"),
    (f"com.example.app:/{'a' * 1024}", "is longer"),
    ("javascript:alert(1)", "com.example.app:/path"),
    ("JavaScript:/alert(1)", "com.example.app:/path"),
    ("data:text/html,hello", "com.example.app:/path"),
    ("file:///etc/passwd", "com.example.app:/path"),
    ("urn:ietf:wg:oauth:2.0:oob", "com.example.app:/path"),
    ("about:blank", "com.example.app:/path"),
    ("/cb", "is not of the form"),
    ("", "is not of the form"),
    ("HTTPS://app.example/cb", "does not start with https://"),
]
