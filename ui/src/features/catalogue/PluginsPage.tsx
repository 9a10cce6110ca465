import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { plugins } from "../../api/plugins";
import { FilterField } from "../../components/FilterField";
import { iconOf, shortType } from "../../components/graph/nodeData";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { TypePage } from "./TypePage";

/** Every type of task and trigger that is installed, with its documentation. */
export function PluginsPage() {
  const found = useQuery(plugins);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <>
      <Head title="Plugins" />
      <Loaded query={found}>
        {(all) => {
          const types = all.flatMap(({ tasks = [], triggers = [] }) => [...tasks, ...triggers]);
          const shown = types.filter(
            ({ cls, title, deprecated }) =>
              !deprecated && `${cls} ${title ?? ""}`.toLowerCase().includes(text.toLowerCase()),
          );
          const type = chosen ?? shown[0]?.cls;
          return (
            <div className="plugins">
              <nav className="plugins__list" aria-label="Types">
                <div className="tools" style={{ paddingTop: 4 }}>
                  <FilterField label="Type, or what it does" value={text} onChange={setText} />
                </div>
                <ul>
                  {shown.map(({ cls, title }) => (
                    <li key={cls}>
                      <button
                        className="ti plugins__item"
                        type="button"
                        aria-current={cls === type}
                        onClick={() => setChosen(cls)}
                      >
                        <Icon name={iconOf(cls)} small className="muted" />
                        <span className="ti__n cut">{shortType(cls)}</span>
                        <span className="ti__m cut push">{title?.replaceAll("``", "")}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              </nav>
              {type && <TypePage key={type} type={type} />}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
