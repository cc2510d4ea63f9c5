import { describe, expect, it } from "vitest";
import { findNamedValues } from "../../../../src/core/scan/generic/find-all.ts";
import { featuresOf, viewOf } from "../../../../src/core/scan/judge/features.ts";
import { peopleWeights } from "../../../../src/core/scan/judge/people-features.ts";

/** What is said of people's passwords in a text. */
function saidOf(text: string, path = "notes"): readonly string[] {
  const all = [...findNamedValues(text)];
  const view = viewOf(text, path, all);
  return all.flatMap((named) => featuresOf(view, named)).filter((feature) => feature.startsWith("people: "));
}

const setting = "people: a made-up word as the setting of an environment";
const connection = "people: in a connection string, with its user";
const host = "people: a word as password of a host on the internet";
const sign = "people: a sign in the place of a letter of a word";
const name = "people: a made-up name with a sign behind it";
const words = "people: words beside their user";
const told = "people: a sentence tells it";

describe("passwords of people", () => {
  it.each([
    ["export MAIL_PASSWORD=marobelin\n", setting],
    ["# DB_PASS=marobelin # since May\n", setting],
    ["Server=db7;Database=shop;User ID=shopper;Password=shopper_keeps;", connection],
    ["jdbc:mysql://db7/shop?user=shopper&password=marobelin", connection],
    ["redis://shopper:marobelin@cache.acme.com:6379/0", host],
    [`password = "w@terfall"`, sign],
    [`<add key="MailPassword" value="Marobelinu!"/>`, name],
    ["user = 'shopper'\npassword = 'purple window'\n", words],
    [`The password for the user "shopper" is "marobelin".`, told],
  ])("%s", (text, feature) => {
    expect(saidOf(text)).toEqual([feature]);
  });

  it.each([
    ["a call", "run(MAIL_PASSWORD=marobelin, 1)"],
    ["a name of the developer's own network", "redis://shopper:marobelin@cache.internal:6379/0"],
    ["a host that is nobody's", "redis://shopper:marobelin@cache.example.com:6379/0"],
    ["a user that is nobody's", "redis://user:marobelin@cache.acme.com:6379/0"],
    ["a connection string without a user", "Server=db7;Database=shop;Password=marobelin;"],
    ["the word itself", `password = "p@ssword"`],
    ["a word of its own", `The password is "required".`],
    ["words for the password", "user = 'shopper'\npassword = 'the password'\n"],
    ["what the name says", "Server=db7;Database=shop;User ID=shopper;Password=password;"],
  ])("not %s: %s", (_, text) => {
    expect(saidOf(text)).toEqual([]);
  });

  it("among tests and examples a made-up word is just that", () => {
    for (const path of ["test/mail.env", "docs/mail.env"])
      expect(saidOf("MAIL_PASSWORD=marobelin\n", path)).toEqual([]);
  });

  it("each has a weight that is set", () => {
    expect(new Set([setting, connection, host, sign, name, words, told])).toEqual(new Set(peopleWeights.keys()));
  });
});
