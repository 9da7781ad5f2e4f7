"""How PostgreSQL is told of tables and indexes that are described once, for all databases.

Whole numbers are as wide as SQLite's: Flipkart's counts and the numbers made of hashes pass 2**31. An index of some
rows alone has them by the same words.
"""

from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn, CreateIndex


@compiles(Integer, "postgresql")
def _whole_number(kind: Integer, compiler: Any, **words: Any) -> str:
    # A column's; the type of a value in a statement is left alone.
    return "BIGINT" if "type_expression" in words else str(compiler.visit_INTEGER(kind, **words))


@compiles(CreateColumn, "postgresql")
def _column(column: CreateColumn, compiler: Any, **words: Any) -> str:
    made = str(compiler.visit_create_column(column, **words) or "")
    return made.replace(" SERIAL", " BIGSERIAL", 1)


@compiles(CreateIndex, "postgresql")
def _index(create: CreateIndex, compiler: Any, **words: Any) -> str:
    options = create.element.dialect_options
    if options["postgresql"]["where"] is None:
        options["postgresql"]["where"] = options["sqlite"]["where"]
    return str(compiler.visit_create_index(create, **words))


def widen(tables: MetaData) -> None:
    """Makes whole numbers of these tables as wide in statements as they are in the tables."""
    for table in tables.tables.values():
        for column in table.columns:
            if type(column.type) is Integer:
                column.type = column.type.with_variant(BigInteger(), "postgresql")
