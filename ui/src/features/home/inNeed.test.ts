import { expect, test } from "vitest";
import type { Execution, StateName } from "../../api/types";
import { inNeed } from "./inNeed";

const ran = (id: string, flowId: string, current: StateName): Execution =>
  ({ id, namespace: "n", flowId, state: { current } }) as Execution;

test("the last execution of a flow counts, and each pause whatever ran since", () => {
  const newestFirst = [
    ran("warned", "a", "WARNING"),
    ran("well", "b", "SUCCESS"),
    ran("waits", "b", "PAUSED"),
    ran("mended", "b", "FAILED"),
    ran("broke", "c", "FAILED"),
    ran("asks", "d", "PAUSED"),
    ran("asks too", "d", "PAUSED"),
    ran("runs", "e", "RUNNING"),
  ];
  expect(inNeed(newestFirst).map(({ id }) => id)).toEqual(["broke", "asks", "waits", "asks too", "warned"]);
});
