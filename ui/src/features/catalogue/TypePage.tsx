import { useQuery } from "@tanstack/react-query";
import { documentation, type Schema } from "../../api/plugins";
import { Loaded } from "../../components/Loaded";

/** What a type does and what it is told. */
export function TypePage({ type }: { type: string }) {
  const found = useQuery(documentation(type));
  return (
    <article className="plugins__page" tabIndex={0} aria-label={type}>
      <Loaded query={found}>
        {({ schema }) => (
          <>
            <h2 className="title">{schema.properties.title?.replaceAll("``", "") ?? type}</h2>
            <code className="mono-s muted">{type}</code>
            {schema.properties.description && <p style={{ marginTop: 8 }}>{schema.properties.description}</p>}
            <Properties title="Properties" schema={schema.properties} />
            {schema.outputs && <Properties title="Outputs" schema={schema.outputs} />}
          </>
        )}
      </Loaded>
    </article>
  );
}

function Properties({ title, schema }: { title: string; schema: Schema }) {
  const entries = Object.entries(schema.properties ?? {});
  const required = new Set(schema.required ?? []);
  if (entries.length === 0) return null;
  return (
    <>
      <h3 style={{ marginTop: 20 }}>{title}</h3>
      <table className="table table--flush props">
        <thead>
          <tr>
            <th scope="col" style={{ width: "26%" }}>
              Name
            </th>
            <th scope="col" style={{ width: "20%" }}>
              Type
            </th>
            <th scope="col">What it is for</th>
          </tr>
        </thead>
        <tbody>
          {entries
            .toSorted(([one], [other]) => Number(required.has(other)) - Number(required.has(one)))
            .map(([name, property]) => (
              <tr key={name}>
                <td>
                  <code className="mono-s strong">{name}</code>
                  {required.has(name) && <span className="small muted"> required</span>}
                </td>
                <td className="small muted">{typeOf(property)}</td>
                <td className="props__text">
                  {property.description}
                  {property.default !== undefined && (
                    <span className="muted"> Default {JSON.stringify(property.default)}.</span>
                  )}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}

function typeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map(String).join(", ");
  if (schema.type) return [schema.type].flat().join(" or ");
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(typeOf).filter(Boolean);
  return [...new Set(inner)].join(" or ");
}
