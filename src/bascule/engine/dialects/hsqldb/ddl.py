"""HSQLDB's peculiarities of DDL, beside those it shares with H2."""

from bascule.engine.dialects.h2.ddl import H2Ddl


class HsqlDbDdl(H2Ddl):
    """HSQLDB 2. Remarks are left out, as Liquibase does."""

    keeps_remarks = False
    drops_with_cascade = False
