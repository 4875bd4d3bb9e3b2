import { expect } from "chai";
import type { Page } from "playwright-core";
import { browserForSuite } from "../setup/browser.ts";
import { eventually } from "../setup/eventually.ts";
import { webForSuite } from "./web-server.ts";

const right = `$id: edited
required: [a]
properties:
  a: { const: first }
`;

describe("The form of a new type, in a browser", () => {
  const web = webForSuite();
  const open = browserForSuite();

  const editor = (page: Page) => page.getByLabel("Definition", { exact: true });
  const verdict = (page: Page, text: string) => page.locator("#verdict", { hasText: text }).waitFor();
  const cells = (page: Page) => page.locator(".preview td").allTextContents();

  it("shows records while somebody types, marks a mistake at its line, and no more once it is mended", async () => {
    const { page, complaints } = await open(`${web().url}/new-type`);
    await editor(page).fill(right);
    await verdict(page, "edited is new");
    expect(await cells(page)).to.include("first");
    await editor(page).fill(right.replace("const: first", "type: intger"));
    await verdict(page, "1 mistake");
    expect(await editor(page).getAttribute("aria-invalid")).to.equal("true");
    expect(await page.locator("#verdict").getAttribute("aria-live")).to.equal("polite");
    const [line, band] = await page.evaluate(() => {
      const height = Number.parseFloat(
        getComputedStyle(document.querySelector("#definition") as Element).lineHeight,
      );
      const mark = document.querySelector(".band") as HTMLElement;
      return [
        document.querySelector<HTMLElement>("#mistakes [data-line]")?.dataset.line,
        Math.round(mark.offsetTop / height),
      ];
    });
    expect([line, band]).to.deep.equal(["4", 3]);
    expect(await cells(page), "those of a moment ago").to.include("first");
    await editor(page).fill(right.replace("first", "second"));
    await verdict(page, "edited is new");
    expect(await cells(page)).to.include("second");
    expect(await page.locator(".band").count()).to.equal(0);
    expect(await editor(page).getAttribute("aria-invalid")).to.equal(null);
    expect(complaints).to.deep.equal([]);
  });

  it("gives up a request that is overtaken", async () => {
    const { page } = await open(`${web().url}/new-type`);
    const held: (() => void)[] = [];
    await page.route("**/new-type/preview", async (route) => {
      if (held.length === 0) await new Promise<void>((resolve) => held.push(resolve));
      await route.continue().catch(() => undefined);
    });
    const failed = page.waitForEvent("requestfailed");
    await editor(page).fill(right);
    await eventually(() => expect(held).to.have.length(1));
    await editor(page).fill(right.replace("first", "later"));
    expect((await failed).failure()?.errorText).to.include("ERR_ABORTED");
    held[0]?.();
    await verdict(page, "edited is new");
    expect(new Set((await cells(page)).filter((text) => text !== "")))
      .to.include("later")
      .and.not.include("first");
  });

  it("leads from a refused form to the first mistake and from there to its line, by the keyboard alone", async () => {
    const { page } = await open(`${web().url}/new-type`);
    await editor(page).fill(right.replace("const: first", "type: intger"));
    await verdict(page, "1 mistake");
    await page.getByRole("button", { name: "Register" }).press("Enter");
    await verdict(page, "Nothing was registered.");
    expect(await page.evaluate("document.activeElement.textContent")).to.equal("Line 4");
    await page.keyboard.press("Enter");
    const selected =
      "document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)";
    expect(await page.evaluate(selected)).to.equal("  a: { type: intger }");
  });

  it("takes a file, opened or dropped, and registers it", async () => {
    const { page, complaints } = await open(`${web().url}/new-type`);
    const file = {
      name: "opened.yaml",
      mimeType: "application/yaml",
      buffer: Buffer.from(right.replace("edited", "opened")),
    };
    await page.locator("input[type=file]").setInputFiles(file);
    await verdict(page, "opened is new");
    await page.evaluate(
      (text) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], "dropped.yaml"));
        document
          .querySelector("[data-editor]")
          ?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      },
      right.replace("edited", "dropped"),
    );
    await verdict(page, "dropped is new");
    await page.getByRole("button", { name: "Register" }).click();
    await page.waitForURL("**/types/dropped?*");
    await page.getByRole("status").getByText("dropped is registered").waitFor();
    expect(complaints).to.deep.equal([]);
  });

  it("works without JavaScript", async () => {
    const { page } = await open(`${web().url}/new-type?example=short`, { javaScriptEnabled: false });
    await editor(page).fill(right.replace("edited", "plain").replace("const: first", "type: intger"));
    await page.getByRole("button", { name: "Register" }).click();
    await page.getByText("Nothing was registered.").waitFor();
    await page.getByRole("link", { name: "Line 4" }).waitFor();
    await editor(page).fill(right.replace("edited", "plain"));
    await page.getByRole("button", { name: "Preview" }).click();
    await verdict(page, "plain is new");
    await page.getByRole("button", { name: "Register" }).click();
    await page.waitForURL("**/types/plain?*");
  });

  it("a type's page shows other records as another seed is typed, and keeps the address true", async () => {
    await web().post("/api/types", {
      $id: "seeded",
      required: ["id"],
      properties: { id: { format: "uuid" } },
    });
    const { page, complaints } = await open(`${web().url}/types/seeded`);
    const before = await cells(page);
    await page.getByLabel("Seed", { exact: true }).fill("7");
    await eventually(async () => expect(await cells(page)).to.not.deep.equal(before));
    await page.getByText("records of seed 7").waitFor();
    expect(page.url()).to.include("seed=7");
    await page.reload();
    await page.getByText("records of seed 7").waitFor();
    expect(complaints).to.deep.equal([]);
  });
});
