import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { handOver } from "../../api/handover";
import { documentation } from "../../api/plugins";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { toast, toastError } from "../../components/toasts";
import { t } from "../../i18n/text";
import { exampleOf, partsOf } from "./example";
import { Properties } from "./Properties";

const Markdown = lazy(async () => ({ default: (await import("../../components/Markdown")).Markdown }));

interface Props {
  type: string;
  isTrigger: boolean;
  /** It is what the address names, and not the first of a list. */
  isPage: boolean;
}

/** What a type does, an example to begin with, what it is told and what it gives. */
export function TypePage({ type, isTrigger, isPage }: Props) {
  const Title = isPage ? "h1" : "h2";
  const found = useQuery(documentation(type));
  return (
    <article className="plugins__page" tabIndex={0} aria-label={type}>
      <Link className="btn btn--ghost btn--s only-s plugins__back" to="/plugins" search={(old) => old}>
        <Icon name="left" small />
        {t("All types")}
      </Link>
      <Loaded query={found}>
        {({ schema, markdown }) => {
          const { example: shown, text } = partsOf(bodyOf(markdown));
          const example = exampleOf(type, schema.properties, isTrigger, shown);
          return (
            <>
              <div className="plugins__title">
                <div>
                  <Title className="title">{type.split(".").at(-1)}</Title>
                  <p className="row wrap">
                    <code className="mono-s muted">{type}</code>
                    <span className="chip">{isTrigger ? t("trigger") : t("task")}</span>
                  </p>
                </div>
                <span className="row wrap push">
                  <button className="btn" type="button" onClick={() => copy(type, t("The type is copied"))}>
                    <Icon name="copy" small />
                    {t("Copy type")}
                  </button>
                  <Link
                    className="btn btn--primary"
                    to="/flows/new"
                    search={{ handed: true }}
                    onClick={() => handOver(example)}
                  >
                    <Icon name="plus" small />
                    {t("Copy into a new flow")}
                  </Link>
                </span>
              </div>
              <Suspense fallback={<div className="skeleton" style={{ height: 60 }} />}>
                <Markdown text={text} />
              </Suspense>
              <h3>{t("In a flow")}</h3>
              <div className="plugins__example">
                <pre className="code-block" tabIndex={0} aria-label={t("In a flow")}>
                  {example}
                </pre>
                <button
                  className="btn btn--s btn--icon"
                  type="button"
                  aria-label={t("Copy the example")}
                  onClick={() => copy(example, t("The example is copied"))}
                >
                  <Icon name="copy" small />
                </button>
              </div>
              <Properties schema={schema.properties} />
              {schema.outputs && <Properties schema={schema.outputs} isOutput />}
            </>
          );
        }}
      </Loaded>
    </article>
  );
}

function copy(text: string, done: string): void {
  navigator.clipboard.writeText(text).then(() => toast(done), toastError);
}

/** The documentation without the title and the line with the type, which stand above it. */
function bodyOf(markdown: string): string {
  return markdown.replace(/^# .*\n+/, "").replace(/^```yaml\ntype: .*\n```\n+/, "");
}
