// Bundles the browser assets into src/bascule/manager/static. Everything is served by the manager itself: no CDN, no inline script.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";

const out = new URL("../src/bascule/manager/static/", import.meta.url).pathname;
const modules = new URL("./node_modules/", import.meta.url).pathname;
const options = { bundle: true, minify: true, format: "iife", target: "es2021", legalComments: "none", charset: "utf8" };

const ICONS = (await readFile(new URL("./icons.txt", import.meta.url), "utf8")).split(/\s+/).filter(Boolean);

async function sprite() {
  const symbols = await Promise.all(
    ICONS.map(async (name) => {
      const svg = await readFile(`${modules}@tabler/icons/icons/outline/${name}.svg`, "utf8");
      const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
      return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
    }),
  );
  await writeFile(`${out}icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
}

await mkdir(`${out}fonts`, { recursive: true });
await Promise.all([
  build({ ...options, entryPoints: ["src/app.js"], outfile: `${out}app.js` }),
  build({ ...options, entryPoints: ["src/theme.js"], outfile: `${out}theme.js` }),
  build({ ...options, entryPoints: ["src/editor.js"], outfile: `${out}editor.js` }),
  build({ entryPoints: ["src/app.css"], outfile: `${out}app.css`, minify: true, external: ["*.woff2"], bundle: true, charset: "utf8" }),
  copyFile(`${modules}htmx.org/dist/htmx.min.js`, `${out}htmx.min.js`),
  readFile(`${modules}@tabler/core/dist/css/tabler.min.css`, "utf8").then((css) =>
    writeFile(`${out}tabler.min.css`, css.replace(/\/\*# sourceMappingURL=.*?\*\//, "")),
  ),
  copyFile(`${modules}@fontsource-variable/inter/files/inter-latin-wght-normal.woff2`, `${out}fonts/inter.woff2`),
  copyFile(`${modules}@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2`, `${out}fonts/jetbrains-mono.woff2`),
  sprite(),
]);
