import { describe, expect, it } from "vitest";
import { hasCommand, parseCommand, usage, verbs } from "../../../src/core/incident/commands.ts";

describe("a comment", () => {
  it.each([
    ["/keyward rotated", { verb: "rotated" }],
    ["Done.\r\n\r\n  /keyward rotated  \r\nThanks", { verb: "rotated" }],
    ["/KEYWARD Attest seen refused\nmore", { verb: "attest", statement: "seen refused" }],
    ["/keyward contain", { verb: "contain", note: "" }],
    ["/keyward class high it is production", { verb: "class", class: "high", reason: "it is production" }],
    ["/keyward assign @bob, @acme/security", { verb: "assign", names: ["bob", "acme/security"] }],
    ["/keyward snooze 8h waiting", { verb: "snooze", hours: 8, reason: "waiting" }],
    [
      "/keyward dismiss 2 weeks test-credential: of the sandbox",
      { verb: "dismiss", subject: { kind: "only" }, hours: 336, reason: "test-credential", note: "of the sandbox" },
    ],
    [
      "/keyward dismiss 0123456789ABCDEF False Positive",
      {
        verb: "dismiss",
        subject: { kind: "named", fingerprint: "0123456789abcdef" },
        hours: null,
        reason: "false-positive",
        note: "",
      },
    ],
    [
      "/keyward dismiss all 30d accepted-risk",
      { verb: "dismiss", subject: { kind: "all" }, hours: 720, reason: "accepted-risk", note: "" },
    ],
    ["/keyward allow all fine", { verb: "allow", subject: { kind: "all" }, note: "fine" }],
    ["/keyward deny", { verb: "deny", subject: { kind: "only" }, note: "" }],
    [
      "/keyward reopen deadbeef it is real",
      { verb: "reopen", subject: { kind: "named", fingerprint: "deadbeef" }, reason: "it is real" },
    ],
    ["```\nx\n```\n/keyward help", { verb: "help" }],
  ])("%j is a command", (text, command) => {
    expect(parseCommand(text)).toEqual({ kind: "command", command });
  });

  it.each([
    "> /keyward rotated",
    "```\n/keyward rotated\n```",
    "see /keyward rotated",
    "/keywards",
    "    /keyward help",
  ])("%j is none", (text) => {
    expect(hasCommand(text)).toBe(false);
    expect(parseCommand(text)).toEqual({ kind: "none" });
  });

  it.each([
    "/keyward",
    "/keyward rotate",
    "/keyward rotated now",
    "/keyward snooze 8h",
    "/keyward snooze 90d x",
    "/keyward assign <b>",
    "/keyward dismiss",
    "/keyward dismiss all",
    "/keyward dismiss it is nothing",
    "/keyward dismiss revoked-ish",
    "/keyward dismiss 400d revoked",
    "/keyward reopen all",
    "/keyward rescan everything",
  ])("%j says what was expected", (text) => {
    expect(parseCommand(text)).toMatchObject({ kind: "problem" });
  });

  it("every verb is understood as its help writes it", () => {
    const written = verbs.map((verb) =>
      usage[verb].words
        .replace("high|moderate|low", "high")
        .replace("[fingerprint|all]", "all")
        .replace("[30d]", "30d")
        .replace("false-positive|test-credential|revoked|accepted-risk", "revoked")
        .replace("8h|3d", "8h")
        .replace("@login [@org/team …]", "@login")
        .replaceAll(/<[^>]+>/g, "words"),
    );
    for (const words of written) expect(parseCommand(`/keyward ${words}`)).toMatchObject({ kind: "command" });
  });
});
