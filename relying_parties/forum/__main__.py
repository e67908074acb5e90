"""`python -m relying_parties.forum --host 127.0.0.1 --port N`."""

from relying_parties.common.server import main
from relying_parties.forum.app import SITE, create_app

main(SITE.title, create_app)
