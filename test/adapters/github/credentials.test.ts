import { expect, test } from "vitest";
import { credentialsIn } from "../../../src/adapters/github/credentials.ts";
import { aChangeFinding, aFinding, aPlace, aSha } from "../../support/builders.ts";

const [first, second, third] = [aSha("1"), aSha("2"), aSha("3")];
const commits = [first, second, third];
const at = (line: number, path = "src/config.ts") =>
  aFinding({ path, span: { ...aFinding().span, offset: line * 100, line, endLine: line } });

test("a file changed around the secret is one place: as it stands at the head", () => {
  const [credential, ...others] = credentialsIn(
    [
      aChangeFinding({ finding: at(2), places: [aPlace({ commit: first, atHead: false })] }),
      aChangeFinding({ finding: at(5), places: [aPlace({ commit: second, atHead: false })] }),
      aChangeFinding({ finding: at(7), places: [aPlace({ commit: third, atHead: true })] }),
    ],
    commits,
  );
  expect(others).toEqual([]);
  expect(credential?.spots).toMatchObject([{ commit: third, atHead: true, span: { line: 7 }, otherCommits: 2 }]);
});

test("a file that no longer holds it at the head is the place of its oldest commit", () => {
  const [credential] = credentialsIn(
    [
      aChangeFinding({ finding: at(5), places: [aPlace({ commit: second, atHead: false })] }),
      aChangeFinding({ finding: at(2), places: [aPlace({ commit: first, atHead: false })] }),
    ],
    commits,
  );
  expect(credential?.spots).toMatchObject([{ commit: first, atHead: false, span: { line: 2 }, otherCommits: 1 }]);
});

test("the same secret on two lines and in two files is one credential with three places, those at the head first", () => {
  const [credential] = credentialsIn(
    [
      aChangeFinding({
        finding: at(1, "a/old.ts"),
        places: [aPlace({ path: "a/old.ts", commit: first, atHead: false })],
      }),
      aChangeFinding({ finding: at(9), places: [aPlace({ commit: first })] }),
      aChangeFinding({ finding: at(3), places: [aPlace({ commit: first })] }),
    ],
    commits,
  );
  expect(credential?.spots.map(({ path, span }) => `${path}:${span.line}`)).toEqual([
    "src/config.ts:3",
    "src/config.ts:9",
    "a/old.ts:1",
  ]);
});

test("what is inside an archive names the way in", () => {
  const finding = aFinding({ path: "app.zip!/deep/config.yml", via: ["zip"] });
  const [credential] = credentialsIn([aChangeFinding({ finding, places: [aPlace({ path: "app.zip" })] })], commits);
  expect(credential?.spots).toMatchObject([{ path: "app.zip", inside: "deep/config.yml", via: ["zip"] }]);
});

test("the worst credential comes first: by severity, then by confidence", () => {
  const named = (fingerprint: string, fields: Parameters<typeof aFinding>[0]) =>
    aChangeFinding({ finding: aFinding({ fingerprint, ...fields }) });
  const credentials = credentialsIn(
    [
      named("low", { severity: "low" }),
      named("unsure", { severity: "high", level: "medium" }),
      named("sure", { severity: "high", level: "high" }),
      named("worst", { severity: "critical", level: "low" }),
    ],
    commits,
  );
  expect(credentials.map(({ finding }) => finding.fingerprint)).toEqual(["worst", "sure", "unsure", "low"]);
});

test("the order of the findings makes no difference", () => {
  const findings = ["b", "a", "c"].flatMap((name) =>
    [4, 2].map((line) =>
      aChangeFinding({
        finding: { ...at(line, `${name}.ts`), fingerprint: name },
        places: [aPlace({ path: `${name}.ts` })],
      }),
    ),
  );
  const plain = (credentials: ReturnType<typeof credentialsIn>): unknown =>
    credentials.map(({ finding, spots }) => [finding.fingerprint, spots]);
  expect(plain(credentialsIn(findings.toReversed(), commits))).toEqual(plain(credentialsIn(findings, commits)));
});
