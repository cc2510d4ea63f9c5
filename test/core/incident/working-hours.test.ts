import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTimeZone, nextWorkingMoment } from "../../../src/core/incident/working-hours.ts";

const office = (
  timeZone: string,
  fields: { readonly from?: string; readonly to?: string; readonly days?: number[] } = {},
) => ({
  timeZone,
  days: [1, 2, 3, 4, 5],
  from: "09:00",
  to: "17:00",
  ...fields,
});

describe("the next working moment", () => {
  it.each([
    ["at work", "Europe/Zurich", "2026-11-04T10:00:00.000Z", "2026-11-04T10:00:00.000Z"],
    ["before work", "Europe/Zurich", "2026-11-04T05:00:00.000Z", "2026-11-04T08:00:00.000Z"],
    ["at the very end of the day", "Europe/Zurich", "2026-11-04T16:00:00.000Z", "2026-11-05T08:00:00.000Z"],
    ["on a Friday evening", "Europe/Zurich", "2026-11-06T20:00:00.000Z", "2026-11-09T08:00:00.000Z"],
    // Clocks go back on 2026-10-25: that Monday's nine o'clock is an hour later in UTC than Friday's.
    ["over the end of summer time", "Europe/Zurich", "2026-10-23T18:00:00.000Z", "2026-10-26T08:00:00.000Z"],
    ["over its beginning", "Europe/Zurich", "2026-03-27T18:00:00.000Z", "2026-03-30T07:00:00.000Z"],
    ["across the date line", "Pacific/Auckland", "2026-11-06T20:00:00.000Z", "2026-11-08T20:00:00.000Z"],
    ["in a zone of half hours", "Asia/Kolkata", "2026-11-04T00:00:00.000Z", "2026-11-04T03:30:00.000Z"],
    ["west of Greenwich", "America/New_York", "2026-11-01T12:00:00.000Z", "2026-11-02T14:00:00.000Z"],
  ])("%s", (_, zone, at, expected) => {
    expect(nextWorkingMoment(at, office(zone))).toBe(expected);
  });

  it("of an opening time that the clock skips is the moment after the jump", () => {
    const sunday = office("Europe/Zurich", { days: [7], from: "02:30" });
    expect(nextWorkingMoment("2026-03-29T00:00:00.000Z", sunday)).toBe("2026-03-29T01:30:00.000Z");
  });

  it("of an opening time that comes twice is the first", () => {
    const sunday = office("Europe/Zurich", { days: [7], from: "02:30" });
    expect(nextWorkingMoment("2026-10-24T12:00:00.000Z", sunday)).toBe("2026-10-25T00:30:00.000Z");
  });

  it("is any moment where no hours are set", () => {
    expect(nextWorkingMoment("2026-11-07T12:00:00.000Z", null)).toBe("2026-11-07T12:00:00.000Z");
  });

  it("is never earlier, and is a working moment itself", () => {
    const zones = fc.constantFrom("Europe/Zurich", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC");
    const moments = fc.date({ min: new Date("2026-01-01"), max: new Date("2027-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(moments, zones, (date, zone) => {
        const at = date.toISOString();
        const next = nextWorkingMoment(at, office(zone));
        expect(next >= at).toBe(true);
        expect(nextWorkingMoment(next, office(zone))).toBe(next);
      }),
    );
  });
});

it("a time zone is one that the system knows", () => {
  expect(isTimeZone("Europe/Zurich")).toBe(true);
  expect(isTimeZone("Europe/Zürich")).toBe(false);
});
