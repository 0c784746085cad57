"""The table that the SQL limit of a measurement writes to."""

from odoo.tools import SQL


def create_limit_table(env, table):
    """Create `bench_limit` with the columns, indexes and foreign keys of a table."""
    env.cr.execute(SQL("CREATE TABLE bench_limit (LIKE %s INCLUDING ALL)", SQL.identifier(table)))
    env.cr.execute(
        SQL(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            table,
        )
    )
    for name, definition in env.cr.fetchall():
        env.cr.execute(
            SQL("ALTER TABLE bench_limit ADD CONSTRAINT %s %s", SQL.identifier(name), SQL(definition))
        )
