"""The file store: bytes under their SHA-256, once, whoever refers to them."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Instant, Words

LARGEST_FILE = 50_000_000
"""Most bytes of one stored file; imports of larger ones are read from where they lie."""


class StoredFile(Base):
    """Bytes that a record refers to (`attachment.sha256`); never changed, and kept in the database's own backup."""

    __tablename__ = "stored_file"
    sha256: Mapped[Words] = mapped_column(primary_key=True)
    media_type: Mapped[Words]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[Instant] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="sha256_of_content"),
        CheckConstraint("size_bytes = octet_length(content)", name="size_of_content"),
        CheckConstraint(f"size_bytes <= {LARGEST_FILE}", name="size_limit"),
    )
