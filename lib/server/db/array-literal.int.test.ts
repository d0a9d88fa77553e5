import fc from "fast-check";
import { expect, it } from "vitest";
import { useTestDatabase } from "../../../tests/int/harness";
import { plainArray, textArray } from "./array-literal";

const database = useTestDatabase();

it("PostgreSQL reads back every text and number as it was", async () => {
  const text = fc.string({ unit: "grapheme" }).map((one) => one.replaceAll("\u0000", ""));
  const hostile = fc.constantFrom("", "NULL", "null", '"', "\\", "{,}", "a,b", " a ", "'; --", '\\"', "հայերեն");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(fc.oneof(text, hostile)), { maxLength: 20 }),
      fc.array(fc.option(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String)), { maxLength: 20 }),
      async (texts, numbers) => {
        const { rows } = await database.sql.query("SELECT $1::text[] AS texts, $2::bigint[] AS numbers", [
          textArray(texts),
          plainArray(numbers),
        ]);
        expect(rows[0]).toEqual({ texts, numbers });
      },
    ),
    { numRuns: 100 },
  );
});
