"""What every table shares: naming of constraints, identifiers, and dates that are always UTC."""

import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant; kept in UTC on both engines, given back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in, UTC stored; a naive value is a bug and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive date cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC out, whatever the engine keeps of the offset."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """A random identifier: 32 hexadecimal digits (122 random bits)."""
    return uuid.uuid4().hex


Key = Annotated[str, mapped_column(String(32), primary_key=True, default=new_id)]
Ref = Annotated[str, mapped_column(String(32))]
Hash = Annotated[str, mapped_column(String(64))]
Tag = Annotated[str, mapped_column(String(64))]
Text = Annotated[str, mapped_column(String(512))]
LongText = Annotated[str, mapped_column(String(8192))]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
Json = Annotated[dict[str, Any], mapped_column(JSON)]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]


class Base(DeclarativeBase):
    """Parent of every table; names its constraints alike on both engines."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
