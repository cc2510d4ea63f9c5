import pg from "pg";

const bigint: number = pg.types.builtins.INT8;

/** `bigint` is read as a number: GitHub's ids and our counts stay far below 2^53. Everything else as `pg` does by default. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text") =>
    oid === bigint ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};
