import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Setting, settings } from "../../api/installation";
import { FilterField } from "../../components/FilterField";
import { Loaded } from "../../components/Loaded";
import { plural, t } from "../../i18n/text";

/** What the server was started with; secrets say only that they are set. */
export function SettingsTab() {
  const found = useQuery({ ...settings, retry: false });
  const [q, setQ] = useState("");
  const [isAll, setAll] = useState(false);
  return (
    <Loaded query={found}>
      {(all) => {
        const value = (name: string) => all.find((one) => one.name === name)?.value;
        const shown = all.filter(
          ({ name, isDefault }) => name.includes(q.toLowerCase()) && (isAll || q !== "" || !isDefault),
        );
        return (
          <>
            <section className="syspart" aria-labelledby="kept">
              <h2 id="kept">{t("Retention and storage")}</h2>
              <dl className="dl">
                <dt>{t("Executions")}</dt>
                <dd>{keeping(value("retention.days"))}</dd>
                <dt>{t("Files")}</dt>
                <dd>{storing(value)}</dd>
                <dt>{t("Database")}</dt>
                <dd>
                  {value("database") ? (
                    <code className="mono-s">{String(value("database"))}</code>
                  ) : (
                    t("SQLite in the home folder")
                  )}
                </dd>
                <dt>{t("Home folder")}</dt>
                <dd>
                  <code className="mono-s">{String(value("home") ?? "")}</code>
                </dd>
              </dl>
            </section>
            <section className="syspart" aria-labelledby="settings">
              <div className="row wrap">
                <h2 id="settings">{t("Settings in force")}</h2>
                <FilterField label={t("Filter settings")} value={q} onChange={setQ} />
                <label className="check">
                  <input type="checkbox" checked={isAll} onChange={(event) => setAll(event.target.checked)} />
                  {t("Those left as they are too")}
                </label>
              </div>
              <SettingTable shown={shown} />
            </section>
          </>
        );
      }}
    </Loaded>
  );
}

function SettingTable({ shown }: { shown: readonly Setting[] }) {
  if (shown.length === 0) return <p className="muted">{t("Every setting is as it comes.")}</p>;
  return (
    <table className="table table--flush settings">
      <caption className="sr">{t("Settings in force")}</caption>
      <thead>
        <tr>
          <th scope="col" style={{ width: "38%" }}>
            {t("Name")}
          </th>
          <th scope="col">{t("Value")}</th>
          <th scope="col" style={{ width: 144 }}>
            {t("Comes from")}
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ name, value, isDefault }) => (
          <tr key={name}>
            <td className="mono-s med settings__text">{name}</td>
            <td className="mono-s settings__text">{typeof value === "string" ? value : JSON.stringify(value)}</td>
            <td className="small muted">{isDefault ? t("as it comes") : t("set")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function keeping(days: unknown): string {
  if (typeof days !== "number" || days <= 0) return t("Ended executions, their logs and files are kept for ever.");
  return plural(days, {
    one: "Ended executions, their logs and files are kept {count} day and removed within the hour after.",
    other: "Ended executions, their logs and files are kept {count} days and removed within the hour after.",
  });
}

function storing(value: (name: string) => unknown): string {
  const kind = value("storage.type");
  if (kind === "local") {
    const folder = value("storage.path");
    return folder ? t("In the folder {folder}.", { folder: String(folder) }) : t("In the home folder, under storage.");
  }
  return t("In the bucket {bucket} ({kind}).", { bucket: String(value("storage.bucket")), kind: String(kind) });
}
