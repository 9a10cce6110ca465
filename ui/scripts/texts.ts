import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { stretched } from "../src/i18n/pseudo";

const FOLDER = join(import.meta.dirname, "../src/i18n");
const LANGUAGES = ["de", "qps"];

/** Makes a script of each language's catalogues, and tells the page (public/look.js) where it is. */
export function texts(): Plugin {
  const place = (language: string): string => {
    const digest = createHash("sha256").update(script(language)).digest("base64url").slice(0, 8);
    return `assets/texts-${language}-${digest}.js`;
  };
  return {
    name: "texts",
    transformIndexHtml(html) {
      const places = LANGUAGES.map((language) => `data-${language}="/ui/${place(language)}"`);
      return html.replace('src="/ui/look.js"', `src="/ui/look.js" ${places.join(" ")}`);
    },
    generateBundle() {
      for (const language of LANGUAGES)
        this.emitFile({ type: "asset", fileName: place(language), source: script(language) });
    },
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const language = /\/assets\/texts-(\w+)-/.exec(request.url ?? "")?.[1];
        if (!language || !LANGUAGES.includes(language)) return next();
        response.setHeader("content-type", "text/javascript").end(script(language));
      });
    },
  };
}

function script(language: string): string {
  return `self.tiercelTexts=${language === "qps" ? stretched : JSON.stringify(catalogue(language))}`;
}

/** One file for each feature that has texts; no text stands in two. */
function catalogue(language: string): object {
  const folder = join(FOLDER, language);
  const files = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
  return Object.assign({}, ...files);
}
