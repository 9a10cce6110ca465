import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Setting, settings } from "../../api/installation";
import { FilterField } from "../../components/FilterField";
import { Loaded } from "../../components/Loaded";

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
              <h2 id="kept">Retention and storage</h2>
              <dl className="dl">
                <dt>Executions</dt>
                <dd>{keeping(value("retention.days"))}</dd>
                <dt>Files</dt>
                <dd>{storing(value)}</dd>
                <dt>Database</dt>
                <dd>
                  {value("database") ? (
                    <code className="mono-s">{String(value("database"))}</code>
                  ) : (
                    "SQLite in the home folder"
                  )}
                </dd>
                <dt>Home folder</dt>
                <dd>
                  <code className="mono-s">{String(value("home") ?? "")}</code>
                </dd>
              </dl>
            </section>
            <section className="syspart" aria-labelledby="settings">
              <div className="row wrap">
                <h2 id="settings">Settings in force</h2>
                <FilterField label="Filter settings" value={q} onChange={setQ} />
                <label className="check">
                  <input type="checkbox" checked={isAll} onChange={(event) => setAll(event.target.checked)} />
                  Those left as they are too
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
  if (shown.length === 0) return <p className="muted">Every setting is as it comes.</p>;
  return (
    <table className="table table--flush settings">
      <caption className="sr">Settings in force</caption>
      <thead>
        <tr>
          <th scope="col" style={{ width: "38%" }}>
            Name
          </th>
          <th scope="col">Value</th>
          <th scope="col" style={{ width: 110 }}>
            From
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ name, value, isDefault }) => (
          <tr key={name}>
            <td className="mono-s med settings__text">{name}</td>
            <td className="mono-s settings__text">{typeof value === "string" ? value : JSON.stringify(value)}</td>
            <td className="small muted">{isDefault ? "as it comes" : "set"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function keeping(days: unknown): string {
  if (typeof days !== "number" || days <= 0) return "Ended executions, their logs and files are kept for ever.";
  return `Ended executions, their logs and files are kept ${days} days and removed within the hour after.`;
}

function storing(value: (name: string) => unknown): string {
  const kind = value("storage.type");
  if (kind === "local") return `In the folder ${String(value("storage.path") || "storage of the home folder")}.`;
  return `In the bucket ${String(value("storage.bucket"))} (${String(kind)}).`;
}
