import { describe, expect, test } from "vitest";
import { createKeptAnswers } from "../../../src/adapters/postgres/kept-answers.ts";
import { createSealer } from "../../../src/adapters/system/sealer.ts";
import type { KeptAnswer } from "../../../src/flows/ports/kept-answers.ts";
import { forEachDatabase } from "../../support/databases.ts";

const sealer = createSealer([{ id: 1, master: new Uint8Array(32).fill(1) }]);
const answer = (text: string): KeptAnswer => ({
  status: 200,
  body: Buffer.from(text),
  link: '<https://api.github.com/x?page=2>; rel="next"',
  etag: "",
  keptAt: "2026-11-01T02:00:00.000Z",
});

forEachDatabase((get) => {
  let today = "2026-11-01T02:00:00.000Z";
  const store = () => createKeptAnswers(get().database, sealer, () => today);

  describe("a kept answer", () => {
    test("is given back to its installation and address alone, the newest", async () => {
      await store().keep(1, "/repos/acme/shop", answer("one"));
      await store().keep(1, "/repos/acme/shop", answer("two"));
      const found = await store().of(1, "/repos/acme/shop");
      expect(Buffer.from(found?.body ?? []).toString()).toBe("two");
      expect(found).toMatchObject({ status: 200, link: answer("").link, keptAt: answer("").keptAt });
      expect(await store().of(2, "/repos/acme/shop")).toBeNull();
      expect(await store().of(1, "/repos/acme/shop/keys")).toBeNull();
    });

    test("cannot be read in the database", async () => {
      await store().keep(1, "/repos/acme/secret", answer("a description that people wrote"));
      const { rows } = await get().database.pool.query<{ body: Buffer }>("select body from kept_answers");
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.some(({ body }) => body.toString("latin1").includes("description"))).toBe(false);
    });

    test("is forgotten below a path, whatever the case of its letters", async () => {
      await store().keep(3, "/repos/Acme/Shop/keys?per_page=100", answer("keys"));
      await store().keep(3, "/repos/acme/shop-2/keys", answer("keys"));
      await store().forget(3, "/repos/acme/shop/");
      expect(await store().of(3, "/repos/Acme/Shop/keys?per_page=100")).toBeNull();
      expect(await store().of(3, "/repos/acme/shop-2/keys")).not.toBeNull();
    });

    test("that is a refusal is not kept if it was asked for before what it is about was forgotten", async () => {
      const refusal = (keptAt: string): KeptAnswer => ({ ...answer("no"), status: 403, keptAt });
      const [path, other] = ["/repos/acme/shop/keys", "/repos/acme/other/keys"];
      await store().forget(5, "/repos/Acme/Shop/");
      await store().keep(5, path, refusal("2026-11-01T01:59:50.000Z"));
      await store().keep(5, other, refusal("2026-11-01T01:59:50.000Z"));
      expect([await store().of(5, path), (await store().of(5, other))?.status]).toEqual([null, 403]);
      await store().keep(5, path, refusal("2026-11-01T02:03:00.000Z"));
      expect((await store().of(5, path))?.status).toBe(403);
    });

    test("is dropped when nobody has asked for it in a while", async () => {
      await store().keep(4, "/used", answer("used"));
      await store().keep(4, "/unused", answer("unused"));
      today = "2026-11-20T02:00:00.000Z";
      await store().of(4, "/used");
      await store().dropUnused("2026-11-12T02:00:00.000Z");
      expect(await store().of(4, "/used")).not.toBeNull();
      expect(await store().of(4, "/unused")).toBeNull();
    });
  });
});
