import { describe, expect, it } from "vitest";
import { findNamedValues } from "../../../../src/core/scan/generic/find-all.ts";
import { basicRule } from "../../../../src/core/scan/generic/find-authorization.ts";
import { looksOtherwise } from "../../../../src/core/scan/judge/exact-formats.ts";
import { featuresOf, viewOf } from "../../../../src/core/scan/judge/features.ts";
import { plainTextOf } from "../../../../src/core/scan/judge/plain-text.ts";
import { judgedValue } from "../../../../src/core/scan/judge/value-features.ts";
import { valueKindOf } from "../../../../src/core/scan/judge/value-kind.ts";
import { fillShape } from "../../../../src/core/scan/shape/fill-shape.ts";
import { wordShapeOf } from "../../../../src/core/scan/word-shape.ts";

describe("what a value is", () => {
  it.each([
    ["${DB_PASSWORD}", "a template or variable"],
    ["{{ .Values.password }}", "a template or variable"],
    ["<your-password>", "a placeholder"],
    ["changeme", "a placeholder"],
    ["xxxxxxxx", "characters that repeat or count up"],
    ["aabbccddeeff", "characters that repeat or count up"],
    ["9cbaf0...", "shortened or blotted out"],
    ["true", "a constant such as true or null"],
    ["https://host/path", "a URL"],
    ["./certs/server.pem", "a path"],
    ["me@example.org", "an email address"],
    ["localhost:5432", "a host name or IP address"],
    ["1.2.3", "a version, date or time"],
    ["arn:aws:iam::1:user/x", "an AWS resource name"],
    ["a1b2c3d4e5f6", "characters that repeat or count up"],
    ["A1B2C3D4E5F6G7H8I9J0", "characters that repeat or count up"],
    ["String!", "a constant such as true or null"],
    ["NTLM", "a constant such as true or null"],
    ["sha512", "a constant such as true or null"],
    ["aes-256-gcm", "a constant such as true or null"],
    [`{${Buffer.from("sealed by the master password").toString("base64")}}`, "encrypted"],
    ["7.52.0", "a version, date or time"],
    [Buffer.from("NTLMSSP\0\x01\0\0\0 of a handshake").toString("base64"), "a message of a protocol"],
    ["Uint8Array", "a constant such as true or null"],
    ["*.kdbx", "a path"],
    ["The two passwords do not match.", "a sentence"],
    ["-0.07", "a decimal number"],
    ["281474976710655LL", "a decimal number"],
    ["2.34481756e+08", "a decimal number"],
    ["acme_{hex:40}", "a pattern"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.{base64url:43}", "a pattern"],
    ["acme_{uuid}", "a pattern"],
    ["{acme-token:ac_:76}", "a pattern"],
    ["sk_{[a-z2-7]:26}", "a pattern"],
    ["[a-f0-9]{32}", "a pattern"],
    ["[5KL][1-9A-HJ-NP-Za-km-z]{50,51}", "a pattern"],
    ["(?:key|token|secret)", "a pattern"],
    ["|accesskey|secretkey|authkey", "a pattern"],
  ])("%s is %s", (value, kind) => {
    expect(valueKindOf(value, "double")).toBe(kind);
  });

  it("leaves it open what a row of digits stands behind, if that has a digit: people add such rows to what they made up", () => {
    expect(valueKindOf(`${fillShape("{digits:1}", 1)}ian1234`, "single")).toBeNull();
    expect(valueKindOf("abcd1234", "single")).toBe("characters that repeat or count up");
    expect(valueKindOf("xxxx1234", "single")).toBe("characters that repeat or count up");
  });

  it("takes only what has even brackets for a template: passwords hold odd ones", () => {
    expect(valueKindOf("a{{b}c)d${e]f(g[h>-_$#i}}", "double")).toBeNull();
    expect(valueKindOf("https://${host(a[0])}/", "double")).toBe("a template or variable");
    expect(valueKindOf("${DB_PASSWORD", "double")).toBe("a template or variable");
  });

  it("takes a bare name with a call or a dot for code, a quoted one not", () => {
    expect(valueKindOf("user.password", "none")).toBe("code");
    expect(valueKindOf("getToken()", "none")).toBe("code");
    expect(valueKindOf(fillShape("{alnum:24}", 1), "double")).toBeNull();
  });

  it.each([
    ["RFC 6238", ["JBSW", "Y3DP", "EHPK", "3PXP"].join("")],
    ["RFC 7617", Buffer.from("Aladdin:open sesame").toString("base64")],
    ["Kubernetes", ["abcdef", "0123456789abcdef"].join(".")],
  ])("knows the example of %s wherever it was copied to", (_source, value) => {
    expect(valueKindOf(value, "double")).toBe("an example of a standard or manual");
    expect(valueKindOf(`${value.slice(0, -1)}7`, "double")).not.toBe("an example of a standard or manual");
  });

  it("takes no JSON Web Token for code and no base64 with slashes for a path", () => {
    const token = `eyJ${fillShape("{alnum:30}.eyJ{alnum:40}.{alnum:43}", 1)}`;
    expect(valueKindOf(token, "none")).toBeNull();
    expect(valueKindOf(fillShape("{alnum:12}/{alnum:14}/{alnum:10}Aa1", 4), "double")).toBeNull();
    expect(valueKindOf("etc/ssl/private/server", "double")).toBe("a path");
  });

  it("looks at the password inside basic authorization, or at the user when that is empty", () => {
    const basic = (text: string): string => Buffer.from(text).toString("base64");
    expect(judgedValue(basic("me:open sesame"), { ruleId: basicRule })).toBe("open sesame");
    expect(judgedValue(basic("me:"), { ruleId: basicRule })).toBe("me");
    expect(judgedValue(basic("me:pw"), { ruleId: "generic-credential" })).toBe(basic("me:pw"));
  });

  it("knows a hash of a password by its scheme", () => {
    expect(valueKindOf(`$2b$12$${fillShape("{alnum:53}", 1)}`, "double")).toBe("a password hash");
  });
});

describe("words", () => {
  it("covers words and not random letters", () => {
    expect(wordShapeOf("connection refused by server").coverage).toBeGreaterThan(0.9);
    expect(wordShapeOf("accessTokenProvider").coverage).toBeGreaterThan(0.9);
    expect(wordShapeOf(fillShape("{lower:16}", 3)).coverage).toBeLessThan(0.5);
  });

  it("is more surprised by random letters than by words it does not list", () => {
    expect(wordShapeOf("grunterbation").surprise).toBeLessThan(wordShapeOf(fillShape("{lower:13}", 5)).surprise);
  });

  it("reads through base64 and signs for letters", () => {
    expect(plainTextOf(Buffer.from("this is a secret").toString("base64"))).toBe("this is a secret");
    expect(plainTextOf("s3cr3t")).toBe("secret");
    const random = fillShape("{alnum:20}", 9);
    expect(plainTextOf(random)).toBe(random);
  });
});

// Put together here, so that nothing in this file looks like a credential.
const joined = (...parts: readonly string[]): string => parts.join("");
const word = joined("gnom", "wurzel");

/** What is said about the first named value of a text. */
function said(text: string): readonly string[] {
  const all = [...findNamedValues(text)];
  const [named] = all;
  if (named === undefined) throw new Error(`expected a named value in ${text}`);
  return featuresOf(viewOf(text, "app.txt", all), named);
}

describe("a value at a glance", () => {
  it("letters in both cases as chance has them are a key, those of joined names are not", () => {
    expect(said(`api_key = "${joined("qXzKwVb", "nQxZjGd")}"`)).toContain("looks like long letters");
    expect(said(`api_key = "${joined("zbrQvonx", "Grelp")}"`)).not.toContain("looks like long letters");
  });

  it("a name with a capital and a sign is made as people make passwords", () => {
    expect(said(`password = "${joined("Barce", "lona!")}"`)).toContain("looks like a word changed for a password");
    expect(said(`password = "${joined("barce", "lona!")}"`)).not.toContain("looks like a word changed for a password");
  });

  it("a row of digits behind something else is told from one that is all there is", () => {
    expect(said(`password = "${joined("9qwz", "1234")}"`)).toContain("value: ends in a row of neighbours such as 1234");
    expect(said(`password = "${joined("ab12", "34cd")}"`)).toContain("value: holds a row of neighbours such as 1234");
  });
});

describe("a name", () => {
  it("of a header that carries a credential is told", () => {
    const header = "name: a header that carries a credential";
    for (const name of ["x-api-key", "X-Acme-Api-Key", "X-Auth-Token"])
      expect(said(`${name}: ${fillShape("{uuid}", 1)}\n`)).toContain(header);
    expect(said(`api_key: ${fillShape("{uuid}", 1)}\n`)).not.toContain(header);
  });
});

describe("what stands around a value", () => {
  const beside = "line: its user is given beside it";

  it.each([
    [`User ID=billing; Password=${word};`],
    [String.raw`\$user = \"billing\"; \$password = \"${word}\";`],
    [String.raw`psexec \\10.0.0.1 -u billing -p ${word}`],
  ])("a user is given beside it: %s", (text) => {
    expect(said(text)).toContain(beside);
    expect(said(text.replace("billing", "{}"))).not.toContain(beside);
  });

  it("a comment behind a value ends the line as its end does", () => {
    expect(said(`PASSWORD=${word} # of the old host\n`)).toContain("after: the line ends");
    expect(said(`PASSWORD=${word} of the old host\n`)).not.toContain("after: the line ends");
  });

  it("a line in a string ends where that says", () => {
    const text = String.raw`// of the database\npassword = \"${word}\"`;
    expect(said(text)).not.toContain("line: a comment");
    expect(said(text.replace(String.raw`\n`, " "))).toContain("line: a comment");
  });
});

describe("a name of one provider", () => {
  it.each([
    ["TELEGRAM_BOT_TOKEN", "{digits:9}:A{alnum:34}", "{digits:4}:A{alnum:34}"],
    ["slackBotToken", "xoxb-{digits:12}-{alnum:24}", "{alnum:24}"],
    ["SENDGRID_API_KEY", "SG.{alnum:22}.{alnum:43}", "{alnum:43}"],
  ])("tells what is cut off or made up: %s", (name, right, wrong) => {
    expect(looksOtherwise(name, fillShape(right, 1))).toBe(false);
    expect(looksOtherwise(name, fillShape(wrong, 1))).toBe(true);
    expect(looksOtherwise("token", fillShape(wrong, 1))).toBe(false);
  });
});
