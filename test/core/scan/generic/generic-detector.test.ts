import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { levelFrom } from "../../../../src/core/scan/confidence.ts";
import { findNamedValues } from "../../../../src/core/scan/generic/find-all.ts";
import { genericDetector } from "../../../../src/core/scan/generic/generic-detector.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";

const scoreIn = (path: string, text: string): number => {
  const scores = genericDetector
    .find({ path, text, via: [] })
    .map(({ reasons = [] }) => reasons.reduce((sum, { points }) => sum + points, 0));
  return Math.max(0, ...scores);
};

describe("what is reported", () => {
  it.each([
    ["config/app.yml", "database_password: {[a-z0-9]:12}"],
    ["src/app.py", `API_TOKEN = "{alnum:32}"`],
    ["src/app.js", String.raw`const client = new Client(\{ user: "admin", password: "{[a-zA-Z0-9!$]:14}" \});`],
    [".env", "JWT_SECRET={hex:64}"],
    ["README.md", "DATABASE_URL=postgres://app:{[a-z0-9]:12}@db.prod.acme.io/app"],
    ["deploy.sh", "curl -u deploy:{[a-z0-9]:14} https://repo.acme.io/upload"],
  ])("%s: %s", (path, shape) => {
    for (const seed of [1, 2, 3]) {
      expect(scoreIn(path, `${fillShape(shape, seed)}\n`)).toBeGreaterThanOrEqual(levelFrom.medium);
    }
  });

  it.each([
    ["src/app.py", `password = os.environ["DB_PASSWORD"]`],
    ["src/app.js", "const token = await getToken(user.id);"],
    ["src/app.go", `secretName := "my-app-tls"`],
    ["config/app.yml", "password: ${DB_PASSWORD}"],
    ["config/app.yml", "api_key: <your-api-key>"],
    ["config/app.yml", "password: changeme"],
    [".env.example", "API_KEY=xxxxxxxxxxxxxxxx"],
    ["src/i18n/de.json", `"password": "Bitte geben Sie Ihr Passwort ein"`],
    ["src/form.tsx", `<input type="password" name="password" placeholder="Password" />`],
    ["src/theme.ts", `key: "background-color"`],
    ["src/lexer.c", "token = next_token(lexer);"],
    ["src/app.java", `private static final String TOKEN_TYPE = "bearer";`],
    ["src/app.rb", `config.reset_password_within = 6.hours`],
    ["src/ltmain.sh", "fi # $pass = dlpreopen"],
    ["lib/http.c", `auth = "NTLM_WB";`],
    ["docs/options", "--proxy-pass                         7.52.0"],
    ["src/server.go", "XKey:         xpub,"],
    ["schema/user.graphql", "  signup(email: String!, password: String!): AuthPayload"],
    ["docs/protocol.md", "Each request is uniquely identified by a number."],
    ["hack/test.sh", `args+=("--seed=1436380640")`],
    ["regions/so.php", `'PT' => 'Burtuqaal',\n'PW' => 'Balaaw',\n'PY' => 'Baraguaay',`],
    ["docs/bundle.txt", "creationToken = 1644442601"],
    ["docs/guide.md", "Set the `password` option to the password of the user."],
  ])("not %s: %s", (path, text) => {
    expect(scoreIn(path, `${text}\n`)).toBeLessThan(levelFrom.medium);
  });
});

describe("a test", () => {
  const assigned = (seed: number): string => fillShape(`api_key = "{alnum:32}"\n`, seed);

  it("speaks against a credential by its place and by its name", () => {
    for (const seed of [1, 2, 3]) {
      const score = (path: string): number => scoreIn(path, assigned(seed));
      expect(score("src/client_test.go")).toBeLessThan(score("src/client.go"));
      expect(score("test/config.yml")).toBeLessThan(score("deploy/config.yml"));
    }
  });

  it("does not silence one", () => {
    for (const seed of [1, 2, 3]) expect(scoreIn("src/client_test.go", assigned(seed))).toBeGreaterThan(0);
  });
});

describe("laws", () => {
  const bytes = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 200,
  });
  const pieces = fc.array(
    fc.oneof(
      bytes,
      fc.constantFrom(
        "password",
        "=",
        ": ",
        '"',
        "'",
        '\\"',
        "token(",
        "://",
        "@",
        "Basic ",
        "eyJ",
        ".",
        "\n",
        "&quot;",
        "${",
        "<key>",
        "curl -u ",
      ),
    ),
    { maxLength: 30 },
  );

  it("spans lie in the text, are not empty, and the same text gives the same answer", () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        const found = [...findNamedValues(text)];
        for (const { start, end } of found) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
        expect([...findNamedValues(text)]).toEqual(found);
      }),
    );
  });

  it("reasons add up to the same score wherever in the file the line stands", () => {
    const line = `\npassword = "${fillShape("{alnum:16}", 4)}"\n`;
    const filler = "plain words on a line of their own\n".repeat(20);
    expect(scoreIn("a.py", filler + line + filler)).toBe(scoreIn("a.py", `${filler}${filler}${line}${filler}`));
  });

  it.each([
    "key=",
    'password="',
    "key='",
    "secret ",
    "curl -u ",
    "Bearer a",
    '{"kty":"RSA",',
    "password: ${",
    "://@",
    "eyJhbGciOiJI.",
    "<key ",
    String.raw`password\"`,
  ])(
    "a line of four megabytes of %s takes seconds, not minutes",
    (piece) => {
      const text = piece.repeat(Math.ceil(4_000_000 / piece.length));
      const began = process.cpuUsage();
      let count = 0;
      for (const _ of findNamedValues(text)) count += 1;
      expect(count).toBeLessThanOrEqual(text.length);
      // Of the processor: a busy machine makes nothing slower.
      expect(process.cpuUsage(began).user / 1000).toBeLessThan(15_000);
    },
    120_000,
  );
});
