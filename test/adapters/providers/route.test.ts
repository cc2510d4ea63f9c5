import { describe, expect, it } from "vitest";
import { isPublicAddress } from "../../../src/adapters/providers/public-address.ts";
import { createProviderClient } from "../../../src/adapters/providers/provider-client.ts";
import { publicRoute } from "../../../src/adapters/providers/route.ts";

describe("an address on the public Internet", () => {
  it.each(["1.1.1.1", "140.82.121.6", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a01:4f8::1"])(
    "%s is",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "3fff::1",
    "localhost",
    "",
  ])("%s is not", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe("the way to a host", () => {
  const found = (...addresses: readonly string[]) =>
    publicRoute(() =>
      Promise.resolve(addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))),
    );

  it("is its first address", async () => {
    expect(await found("1.1.1.1", "2606:4700::1111")("a.example")).toEqual({
      kind: "way",
      address: "1.1.1.1",
      family: 4,
    });
  });

  it.each([
    ["a private address", found("10.0.0.1")],
    ["a public and a private address", found("1.1.1.1", "127.0.0.1")],
    ["no address", found()],
    ["no such name", publicRoute(() => Promise.reject(new Error("ENOTFOUND")))],
  ])("is refused for %s", async (_what, route) => {
    expect(await route("a.example")).toMatchObject({ kind: "refused" });
  });

  it("is looked up once: what the name says later changes nothing", async () => {
    let asked = 0;
    const rebinding = publicRoute(() => {
      asked += 1;
      return Promise.resolve([{ address: asked === 1 ? "127.0.0.2" : "1.1.1.1", family: 4 }]);
    });
    const client = createProviderClient(rebinding, { milliseconds: 1000, bytes: 1000 });
    const request = { method: "GET", url: "https://a.example/", headers: {}, basic: null, body: null };
    expect(await client(request, new AbortController().signal)).toMatchObject({
      kind: "none",
      reason: expect.stringContaining("not on the public Internet") as string,
    });
    expect(asked).toBe(1);
  });
});
