import type { TypeFacts } from "../../api/plugins";
import { t } from "../../i18n/text";

/** Kinds of tasks people look for, by what the names of their types say. */
export const GROUPS: Record<string, { name: string; fits: RegExp }> = {
  all: { name: t("All"), fits: /./ },
  flow: { name: t("Flow"), fits: /\.core\.(flow|execution)\./ },
  database: { name: t("Database"), fits: /jdbc|sql|duckdb|postgres|redis|mongo|kv\./i },
  script: { name: t("Script"), fits: /scripts?\.|shell|python|node|process|docker/i },
  files: { name: t("Files"), fits: /\.fs\.|storage|serdes|namespace\.|compress|s3|gcs|sftp|ftp/i },
  web: { name: t("Web"), fits: /\.http\.|webhook/i },
  notify: { name: t("Notify"), fits: /mail|slack|teams|notification|telegram|discord/i },
};
export const ALL = "all";

/** What most flows are made of, before somebody has said what they look for. */
const FIRST = /\.core\.(?:flow|http|log)\.|\.scripts\.(?:python|shell)\./;
const CORE = /\.core\./;

/** The types that fit every word, those that fit by their own name first; without a word the common ones. */
export function findTypes(types: readonly TypeFacts[], text: string, group: string): TypeFacts[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const inGroup = GROUPS[group]?.fits ?? /./;
  return types
    .filter(({ cls, title }) => {
      const all = `${cls} ${title ?? ""}`.toLowerCase();
      return inGroup.test(cls) && words.every((word) => all.includes(word));
    })
    .map((one, index) => ({ one, index, rank: rankOf(one, words) }))
    .sort((one, other) => one.rank - other.rank || one.index - other.index)
    .map(({ one }) => one);
}

function rankOf({ cls }: TypeFacts, words: readonly string[]): number {
  const own = (cls.split(".").at(-1) ?? "").toLowerCase();
  const last = words.at(-1);
  if (last === undefined) return FIRST.test(cls) ? 0 : CORE.test(cls) ? 1 : 2;
  if (own === last) return 0;
  if (own.startsWith(last)) return 1;
  return own.includes(last) ? 2 : 3;
}
