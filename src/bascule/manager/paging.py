"""Lists by pages, as Harness counts them: `page` from 0, `limit` up to 100, totals in the headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Response
from sqlalchemy import Connection, Select, func, select
from sqlalchemy.engine import RowMapping

T = TypeVar("T")


@dataclass(frozen=True)
class Paging:
    """Which part of a list is asked for."""

    page: int = 0
    limit: int = 10

    @property
    def offset(self) -> int:
        """The first item's index."""
        return self.page * self.limit


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list, and how long the whole is."""

    items: Sequence[T]
    total: int
    paging: Paging

    def announce(self, response: Response) -> list[T]:
        """Write the paging headers, give the items."""
        response.headers["X-Total-Elements"] = str(self.total)
        response.headers["X-Page-Number"] = str(self.paging.page)
        response.headers["X-Page-Size"] = str(self.paging.limit)
        return list(self.items)


def paging(
    page: Annotated[int, Query(ge=0, le=2**31, description="counts from 0")] = 0, limit: Annotated[int, Query(ge=1, le=100)] = 10
) -> Paging:
    """The dependency that reads `page` and `limit`."""
    return Paging(page, limit)


PagingQuery = Annotated[Paging, Depends(paging)]


def fetch(connection: Connection, query: Select[tuple[object, ...]] | Select[tuple[object]], at: Paging) -> Page[RowMapping]:
    """One page of a query's rows (which must be ordered) and the total without paging."""
    total = connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    rows = connection.execute(query.limit(at.limit).offset(at.offset)).mappings().all()
    return Page(rows, total, at)
