import { expect, test } from "vitest";
import { complaintOf } from "./complaints";

test("at its field a complaint does not name the field again", () => {
  expect(complaintOf("Invalid input for `day`, missing required input, but received `null`")).toBe("This is needed");
  expect(complaintOf("Invalid input for `map`. Expected `JSON` but received `{bad`")).toBe(
    "Expected `JSON` but received `{bad`",
  );
  expect(complaintOf("Invalid input for `count`, it must be at least `1`, but received `0`")).toBe(
    "It must be at least `1`, but received `0`",
  );
  expect(complaintOf("the file is too large")).toBe("The file is too large");
});
