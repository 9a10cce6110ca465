import { useQuery } from "@tanstack/react-query";
import { requestJson } from "../../api/client";
import type { JsonObject } from "../../api/types";
import { Head } from "../../components/Head";
import { JsonTree } from "../../components/JsonTree";
import { Loaded } from "../../components/Loaded";

/** What this installation is and how it is set up. */
export function SystemPage() {
  const found = useQuery({
    queryKey: ["configs"],
    queryFn: ({ signal }) => requestJson<JsonObject>("/api/v1/configs", { signal }),
  });
  return (
    <>
      <Head title="System" />
      <Loaded query={found}>
        {(configuration) => (
          <div
            className="scroll"
            style={{ padding: "0 var(--gutter)" }}
            tabIndex={0}
            role="region"
            aria-label="Configuration"
          >
            <dl className="dl" style={{ marginBottom: 20 }}>
              <dt>Version</dt>
              <dd className="num">{String(configuration.productVersion)}</dd>
              <dt>API version</dt>
              <dd className="num">{String(configuration.version)}</dd>
            </dl>
            <h2>Configuration</h2>
            <JsonTree value={configuration} />
          </div>
        )}
      </Loaded>
    </>
  );
}
