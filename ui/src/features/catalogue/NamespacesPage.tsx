import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { namespaces } from "../../api/flows";
import { Empty } from "../../components/Empty";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";

/** Every namespace that has flows, as the tree their names make. */
export function NamespacesPage() {
  const found = useQuery(namespaces);
  return (
    <>
      <Head title="Namespaces" />
      <Loaded query={found}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="namespaces" title="No namespace yet">
              A namespace is there as soon as a flow is in it.
            </Empty>
          ) : (
            <div className="scroll" tabIndex={0} role="region" aria-label="Namespace list">
              <ul className="tree">
                {all.map((namespace) => {
                  const parent = all.filter((one) => namespace.startsWith(`${one}.`)).length;
                  return (
                    <li key={namespace} className="ti" style={{ "--lv": parent, height: 32 }}>
                      <Icon name="namespaces" small className="muted" />
                      <Link className="name" to="/flows" search={{ namespace }}>
                        {namespace}
                      </Link>
                      <Link className="link small" to="/executions" search={{ namespace }}>
                        executions
                      </Link>
                      <Link className="link small" to="/logs" search={{ namespace }}>
                        logs
                      </Link>
                    </li>
                  );
                })}
              </ul>
            </div>
          )
        }
      </Loaded>
    </>
  );
}
