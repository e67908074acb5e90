"""`python -m relying_parties.avantage --host 127.0.0.1 --port N`."""

from relying_parties.avantage.app import SITE, create_app
from relying_parties.common.server import main

main(SITE.title, create_app)
