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
    ["/keyward dismiss 2 weeks a test key", { verb: "dismiss", hours: 336, reason: "a test key" }],
    ["/keyward dismiss 3 keys were made up", { verb: "dismiss", hours: null, reason: "3 keys were made up" }],
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
  ])("%j says what was expected", (text) => {
    expect(parseCommand(text)).toMatchObject({ kind: "problem" });
  });

  it("every verb is understood as its help writes it", () => {
    const written = verbs.map((verb) =>
      usage[verb].words
        .replace("high|moderate|low", "high")
        .replace("8h|3d", "8h")
        .replace("@login [@org/team …]", "@login")
        .replaceAll(/<[^>]+>/g, "words"),
    );
    for (const words of written) expect(parseCommand(`/keyward ${words}`)).toMatchObject({ kind: "command" });
  });
});
