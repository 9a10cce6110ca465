import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type CSSProperties, useState } from "react";
import { pluginProblems } from "../../api/installation";
import { plugins } from "../../api/plugins";
import { Empty } from "../../components/Empty";
import { FilterField } from "../../components/FilterField";
import { iconOf } from "../../components/graph/nodeData";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { plural, t } from "../../i18n/text";
import type { PluginSearch } from "../../search";
import { type Group, groupsOf } from "./groups";
import { TypePage } from "./TypePage";

const KINDS: [PluginSearch["kind"], string][] = [
  [undefined, t("All")],
  ["tasks", t("Tasks")],
  ["triggers", t("Triggers")],
];

interface Props {
  search: PluginSearch;
  /** The one that is read; without one it is the first that is found. */
  type: string | undefined;
  onSearch: (part: { [Key in keyof PluginSearch]?: PluginSearch[Key] | undefined }) => void;
}

/** Every type of task and trigger that is installed, by group, and one of them in full. */
export function PluginsPage({ search, type, onSearch }: Props) {
  const found = useQuery(plugins);
  const problems = useQuery(pluginProblems).data ?? [];
  const { q = "", kind } = search;
  return (
    <Loaded query={found}>
      {(all) => {
        const groups = groupsOf(all, q, kind);
        const everything = groupsOf(all, "", undefined).flatMap(({ types }) => types);
        const count = everything.filter(({ isTrigger }) => isTrigger).length;
        const Title = type ? "p" : "h1";
        const shown = type ?? groups[0]?.types[0]?.cls;
        return (
          <div className={`plugins ${type ? "plugins--one" : ""}`}>
            <nav className="plugins__list" aria-label={t("Types")}>
              <div className="plugins__head">
                <Title className="title">{t("Plugins")}</Title>
                <span className="small muted num">
                  {t("{tasks}, {triggers}", {
                    tasks: plural(everything.length - count, { one: "{count} task", other: "{count} tasks" }),
                    triggers: plural(count, { one: "{count} trigger", other: "{count} triggers" }),
                  })}
                </span>
              </div>
              <div className="plugins__find">
                <FilterField
                  label={t("Task or trigger, or what it does")}
                  value={q}
                  onChange={(text) => onSearch({ q: text || undefined })}
                />
                <div className="seg" role="group" aria-label={t("Kind")}>
                  {KINDS.map(([one, name]) => (
                    <button
                      key={name}
                      type="button"
                      aria-pressed={kind === one}
                      onClick={() => onSearch({ kind: one })}
                    >
                      {name}
                    </button>
                  ))}
                </div>
              </div>
              <div className="tree grow">
                {groups.length === 0 && <p className="small muted plugins__note">{t("No type fits this text.")}</p>}
                {groups.map((group) => (
                  <GroupList
                    key={group.name}
                    group={group}
                    chosen={shown}
                    isUnfolded={q !== "" || group.types.some(({ cls }) => cls === shown)}
                  />
                ))}
              </div>
              <Problems problems={problems} />
            </nav>
            {shown ? (
              <TypePage
                key={shown}
                type={shown}
                isTrigger={everything.some(({ cls, isTrigger }) => cls === shown && isTrigger)}
                isPage={type !== undefined}
              />
            ) : (
              <Empty icon="plugins" title={t("Nothing to show")}>
                {t("Look for something else, or install the package that brings the type.")}
              </Empty>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

interface GroupProps {
  group: Group;
  chosen: string | undefined;
  isUnfolded: boolean;
}

function GroupList({ group, chosen, isUnfolded }: GroupProps) {
  const [isOpen, setOpen] = useState<boolean | null>(null);
  const isShown = isOpen ?? isUnfolded;
  return (
    <section>
      <button className="ti plugins__item" type="button" aria-expanded={isShown} onClick={() => setOpen(!isShown)}>
        <Icon name={isShown ? "down" : "right"} small className="muted" />
        <span className="cut">{group.name}</span>
        <span className="ti__m push num">{group.types.length}</span>
      </button>
      {isShown && (
        <ul>
          {group.types.map(({ cls, isTrigger }) => (
            <li key={cls}>
              <Link
                className="ti plugins__item"
                style={{ "--lv": 1 } as CSSProperties}
                to="/plugins/$type"
                params={{ type: cls }}
                search={(old) => old}
                aria-current={cls === chosen ? "true" : undefined}
                ref={cls === chosen ? show : undefined}
              >
                <Icon name={iconOf(cls)} small className="muted" />
                <span className="ti__n cut">{cls.split(".").at(-1)}</span>
                {isTrigger && <span className="ti__m push">{t("trigger")}</span>}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A type that was come to from elsewhere may be far down in the list. */
function show(item: HTMLElement | null): void {
  item?.scrollIntoView({ block: "nearest" });
}

function Problems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) return <p className="small muted plugins__note">{t("Every plugin is loaded.")}</p>;
  return (
    <details className="plugins__note">
      <summary className="failed">
        {plural(problems.length, { one: "{count} plugin has a problem", other: "{count} plugins have problems" })}
      </summary>
      <ul className="small">
        {problems.map((problem) => (
          <li key={problem} className="mono-s">
            {problem}
          </li>
        ))}
      </ul>
    </details>
  );
}
