"""/health/live without I/O, /health/ready with all that a page needs: for supervisors."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from idp.flows.runtime import runtime
from idp.oidc.key_files import ALGORITHMS, UnsafeKeyFileError
from idp.oidc.key_store import NoSigningKeyError
from idp.storage import migrations

blueprint = Blueprint("health", __name__)


@blueprint.get("/health/live")
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="UP")


@blueprint.get("/health/ready")
def ready() -> ResponseReturnValue:
    """Database, schema and a key of each algorithm: 503 names the one that fails."""
    checks = {"database": False, "schema": False, "signing_key": False}
    here = runtime()
    try:
        with here.database.reading() as session:
            checks["database"] = True
            checks["schema"] = migrations.version_of(here.database) == migrations.head()
            checks["signing_key"] = checks["schema"] and all(
                here.issuer.keys.signing(session, alg) for alg in ALGORITHMS
            )
    except SQLAlchemyError:
        checks["database"] = False
    except (NoSigningKeyError, UnsafeKeyFileError):
        checks["signing_key"] = False
    up = all(checks.values())
    said = [{"name": name, "status": "UP" if well else "DOWN"} for name, well in checks.items()]
    return jsonify(status="UP" if up else "DOWN", checks=said), 200 if up else 503
