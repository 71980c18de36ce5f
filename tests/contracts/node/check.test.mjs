// The check refuses documents that are broken in one place each, and takes the whole one.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { check } from "./check.mjs";

const whole = await readFile(new URL("../../../shared/contracts/asyncapi.yaml", import.meta.url), "utf8");
const broken = {
  "a reference to no message": ["$ref: '#/components/messages/referred.v1'", "$ref: '#/components/messages/nothing.v1'"],
  "a reference to no schema": ["$ref: '#/components/schemas/headers.event'", "$ref: '#/components/schemas/nothing'"],
  "an action that does not exist": ["action: send", "action: shout"],
  "an operation without a channel": [/\n    channel:\n      \$ref: '#\/channels\/cases'/, ""],
  "a mailbox without its parameter": ["address: agency.{code}.in", "address: agency.{who}.in"],
  "another version of AsyncAPI": ["asyncapi: 3.0.0", "asyncapi: 9.0.0"],
};

test("the whole document is read", async () => {
  const { document, lines } = await check(whole);
  assert.ok(document, lines.join("\n"));
  assert.ok(document.channels().all().length > 10);
});

for (const [name, [from, to]] of Object.entries(broken)) {
  test(`refused: ${name}`, async () => {
    const text = whole.replace(from, to);
    assert.notEqual(text, whole, "nothing was broken");
    const { document, lines } = await check(text);
    assert.equal(document, undefined, lines.join("\n"));
  });
}
