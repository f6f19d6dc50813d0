"""What is known of a photo beyond its file: its small copy, and where it was taken."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION
from sqlalchemy.orm import Mapped, mapped_column

from geo.model.base import Base, Recorded, Words


class Photo(Recorded, Base):
    """A photo among the attachments. Its position (WGS84) is internal, whatever is released of the picture."""

    __tablename__ = "photo"
    attachment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("jiantu.attachment.id", ondelete="CASCADE"), unique=True
    )
    thumbnail_sha256: Mapped[Words]
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    longitude: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    latitude: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)

    __table_args__ = (
        CheckConstraint("thumbnail_sha256 ~ '^[0-9a-f]{64}$'", name="thumbnail_form"),
        CheckConstraint("width > 0 and height > 0", name="size_positive"),
        CheckConstraint("(longitude is null) = (latitude is null)", name="position_is_whole"),
    )
