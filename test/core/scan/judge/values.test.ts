import { describe, expect, it } from "vitest";
import { plainTextOf } from "../../../../src/core/scan/judge/plain-text.ts";
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
    ["The two passwords do not match.", "a sentence"],
  ])("%s is %s", (value, kind) => {
    expect(valueKindOf(value, "double")).toBe(kind);
  });

  it("takes a bare name with a call or a dot for code, a quoted one not", () => {
    expect(valueKindOf("user.password", "none")).toBe("code");
    expect(valueKindOf("getToken()", "none")).toBe("code");
    expect(valueKindOf(fillShape("{alnum:24}", 1), "double")).toBeNull();
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
