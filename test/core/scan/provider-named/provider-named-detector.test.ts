import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { patternsFolder } from "../../../../src/adapters/files/rule-files.ts";
import { levelFrom } from "../../../../src/core/scan/confidence.ts";
import { isNameOrCredentialWord } from "../../../../src/core/scan/provider-named/provider-before.ts";
import { providerNamedDetector } from "../../../../src/core/scan/provider-named/provider-named-detector.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

const seeds = [1, 2, 3];

/** The values that are found at medium confidence or above. */
function valuesIn(text: string): readonly string[] {
  return providerNamedDetector
    .find({ path: "src/example.txt", text, via: [] })
    .filter(({ reasons = [] }) => reasons.reduce((sum, { points }) => sum + points, 0) >= levelFrom.medium)
    .map(({ secret }) => secret);
}

describe("a value named after its provider", () => {
  it.each([
    "ipgeolocation_api_key={hex:32}",
    "ipgeolocation token {hex:32}",
    "ipgeolocationSECRET {alnum:40}",
    "ipgeolocation-secret-{hex:32}",
    "ipgeolocation.access.token: '{alnum:40}'",
    `client.setToken("ipgeolocation", "{alnum:40}")`,
    `"ipGeolocationKey" => "{hex:32}"`,
    "ip_geolocation_private_key := `{alnum:40}`",
    "<ipgeolocationToken>\n    {hex:40}\n</ipgeolocationToken>",
    "--ipgeolocation-token {hex:40}",
    "https://api.acme.io/v1?ipgeolocation_key={hex:32}&units=metric",
    "the key for ipgeolocation is {hex:32}",
    "ipgeolocation: {alnum:40}",
    "key=ipgeolocation:{hex:32}",
    `ipgeolocation.init("{alnum:32}")`,
    "ipgeolocation {alnum:40}",
    "MY_BOX_TOKEN={alnum:40}",
    "less_annoying_crm_key = {uuid}",
    "centralstation secret {alnum:30}",
    "the-odds-api:{hex:32}",
    "ipgeolocation ACCESS code {hex:32}",
    `ipgeolocation key ${["AB12CD", "3E4F5G", "HI67JK", "8L9M0N"].join("-")}`,
  ])("is found in %s", (shape) => {
    for (const seed of seeds) expect(valuesIn(fillShape(shape, seed)), `seed ${seed}`).toHaveLength(1);
  });

  it("is found where it counts up: the name speaks for it", () => {
    const counting = "abcdef1234567890".repeat(2);
    expect(valuesIn(`ipgeolocation_key=${counting}`)).toEqual([counting]);
  });

  it("ends where the next pair begins", () => {
    const text = fillShape("ipgeolocation_key={hex:32}&session={hex:32}", 1);
    expect(valuesIn(text)).toEqual([text.slice(18, 50)]);
  });

  it.each([
    ["no provider", "some_vendor_key = {hex:32}"],
    ["no credential word", "see ipgeolocation docs {hex:32}"],
    ["an everyday word that begins no identifier", "checkbox_key = {hex:32}"],
    ["an everyday word without a credential word next to it", "box of colors, secret {hex:32}"],
    ["an id", "ipgeolocation_token_id = {hex:32}"],
    ["a key that is made to be public", "IPGEOLOCATION_PUBLISHABLE_KEY={alnum:40}"],
    ["a key that is made to be public", "ipgeolocationPublicKey: '{alnum:40}'"],
    ["a key that is made to be public", "ipgeolocation_site_key = {alnum:40}"],
    ["a digest", "ipgeolocation_key_sha256 = {hex:64}"],
    ["a revision", "ipgeolocation: {hex:40}"],
    ["words", "ipgeolocation_secret_name = production-geolocation-credentials-2"],
    ["a host in a URL", "https://ipgeolocation.io/token/docs?page={hex:32}"],
    ["a number of many digits", "ipgeolocation_key: 1.869092376e+09"],
    ["a path of a picture", "const IPGEOLOCATION_KEY = 'M124.00534057617188,5.36"],
    ["a line of a protocol", "REPLY AUTH 334 {base64:40}"],
    ["a commit", "uses: acme/ipgeolocation-token@{hex:40}"],
    ["a path", "ipgeolocation_key = /etc/secrets/ipgeolocation/key1/2024/current"],
    ["a number", "ipgeolocation_api: 9.301444243932576"],
    ["a piece of something longer", `ipgeolocation_token = "clm60178:{alnum:32}"`],
    ["a template", "ipgeolocation_key = ${IPGEOLOCATION_KEY_2024_10}"],
    ["a placeholder", "ipgeolocation_key = 12your_api_key_34_example_56"],
    ["a few characters over and over", `ipgeolocation_key = key0${"1".repeat(28)}`],
  ])("is not %s", (_what, shape) => {
    const text = shape.includes("${") ? shape : fillShape(shape, 1);
    expect(valuesIn(text)).toEqual([]);
  });
});

it.each(["ipgeolocation_key=abc123def456ghi7{alnum:30}", "ipgeolocation_key={[a-f0-9]:40}"])(
  "is not a shape: %s",
  (shape) => {
    expect(valuesIn(shape)).toEqual([]);
  },
);

it("knows the name of every provider that has rules", () => {
  const general = /^(?:jwt|private-keys|password-hashes|keyward-drill|django|plain|age|hex)$/;
  const slugs = readdirSync(patternsFolder).map((name) => name.replace(/\.toml$/, ""));
  const strangers = slugs.filter((slug) => !general.test(slug) && !isNameOrCredentialWord(slug.replaceAll("-", "")));
  expect(strangers).toEqual([]);
});

it.each(["ipgeolocation-token-", `ipgeolocation_key=${fillShape("{hex:16}", 1)} `, "key,", "A1", "\\"])(
  "a line of four megabytes of %s takes seconds, not minutes",
  (piece) => {
    const text = piece.repeat(Math.ceil(4_000_000 / piece.length));
    const before = process.cpuUsage();
    providerNamedDetector.find({ path: "x", text, via: [] });
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(20_000);
  },
);

describe("a line of very many values", () => {
  it("takes linear time", () => {
    const value = fillShape("{alnum:40}", 1);
    // Of this thread alone, so that what else the machine does has no say.
    const spent = (count: number): number => {
      const before = process.threadCpuUsage();
      valuesIn(`; ipgeolocation ${value}`.repeat(count));
      return process.threadCpuUsage(before).user;
    };
    spent(1000);
    // Linear time is 8 times as long for 8 times as much, quadratic time 64 times.
    expect(spent(16_000) / spent(2000)).toBeLessThan(24);
  });
});
