import { test } from "vitest";
import { quick } from "../browser/flows";
import { addLines, copyExecution } from "../browser/python";
import { stage } from "../browser/stage";
import { note, repeated, took } from "./figures";

const { open, save, api } = await stage();
const MANY = 1_000_000;

async function run(id: string): Promise<string> {
  await save(quick(id));
  return (await api<{ id: string }>(`/executions/test/${id}?wait=true`, { method: "POST" })).id;
}

test("4: a list of a million executions", async () => {
  copyExecution(await run("many"), MANY);
  const page = await open("/triggers");
  const row = page.locator(".execs tbody tr");
  await page.getByRole("link", { name: "Executions" }).hover(); // the code of the page comes with the pointer
  await page.waitForTimeout(500);
  const first = await repeated(5, async () => {
    await page.getByRole("link", { name: "Triggers" }).click();
    await page.getByRole("heading", { name: "Planned runs" }).waitFor();
    return took(async () => {
      await page.getByRole("link", { name: "Executions" }).click();
      await row.first().waitFor();
    });
  });
  note({ what: "1,000,000 executions, first page", unit: "ms", values: first, share: 0.5, budget: 1_000 });
  const steps = await repeated(5, (step) =>
    took(async () => {
      await page.getByRole("button", { name: "Next" }).click();
      await page.getByText(`${(step + 1) * 50 + 1} to ${(step + 1) * 50 + 50} of`).waitFor();
    }),
  );
  note({ what: "1,000,000 executions, next page", unit: "ms", values: steps, share: 0.5, budget: 300 });
});

test("6: a log of a million lines", async () => {
  const id = await run("wordy");
  addLines(id, MANY);
  const page = await open(`/executions/test/wordy/${id}?tab=logs`);
  await page.getByText("line 1 of the file").waitFor();
  const jumps = await repeated(5, async (time) => {
    await page.getByRole("button", { name: "Beginning" }).click();
    await page.getByText("line 1 of the file").waitFor();
    // What was loaded is let go after some ten thousand lines; each attempt jumps to where nothing is loaded yet.
    return took(async () => {
      if (time === 0) await page.getByRole("button", { name: "End" }).click();
      else
        await page.getByRole("log").evaluate((log, at) => log.scrollTo({ top: log.scrollHeight - at }), time * 90_000);
      await page.locator(".range__line time").first().waitFor();
      if (time === 0) await page.getByText("line 1000000 of the file").waitFor();
    });
  });
  note({ what: "1,000,000 lines, jump", unit: "ms", values: jumps, share: 0.5, budget: 500 });
  const searches = await repeated(8, (time) =>
    took(async () => {
      const wanted = `line ${777_777 + time} `;
      await page.getByLabel("Find in the lines").fill(wanted);
      await page.getByText(`${wanted}of the file`).waitFor();
      await page.getByText(/^Lines 1 to 1 of 1$/).waitFor();
    }),
  );
  // The search begins once typing pauses for 150 ms.
  note({ what: "1,000,000 lines, search", unit: "ms", values: searches, share: 0.5, budget: 1_150 });
});
