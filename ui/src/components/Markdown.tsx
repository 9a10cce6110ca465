import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { t } from "../i18n/text";

const PLUGINS = [remarkGfm];

/** Text in Markdown; HTML in it stays text, and nothing is loaded from elsewhere because of it. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="prose">
      <ReactMarkdown
        remarkPlugins={PLUGINS}
        components={{
          img: ({ alt }) => <em>{alt || t("image")}</em>,
          a: ({ href, children }) => (
            <a className="link" href={href} target="_blank" rel="noreferrer noopener">
              {children}
            </a>
          ),
        }}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}
