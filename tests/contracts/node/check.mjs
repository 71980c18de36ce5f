// Has the official AsyncAPI parser read a document: `node check.mjs FILE`. Fails on any diagnostic of severity error.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { Parser } from "@asyncapi/parser";

const SEVERITIES = ["error", "warning", "information", "hint"];

/** The document that a text holds (undefined where it holds none), and its diagnostics as lines. */
export async function check(text) {
  const { document, diagnostics } = await new Parser().parse(text);
  const errors = diagnostics.filter(({ severity }) => severity === 0);
  const lines = diagnostics.map(
    ({ severity, path, message, range }) =>
      `${SEVERITIES[severity]}: line ${range.start.line + 1}: ${path.join("/")}: ${message}`,
  );
  return { document: errors.length ? undefined : document, lines };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { document, lines } = await check(await readFile(process.argv[2], "utf8"));
  lines.forEach((line) => console.log(line));
  if (!document) {
    console.log(`asyncapi: ${process.argv[2]} is refused`);
    process.exit(1);
  }
  const count = (all) => all.all().length;
  console.log(
    `asyncapi: ${document.version()}, ${count(document.channels())} channels, ` +
      `${count(document.operations())} operations, ${count(document.messages())} messages`,
  );
}
