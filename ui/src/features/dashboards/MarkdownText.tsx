import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";

/** Markdown without the HTML that may stand in it, and without pictures of other hosts. */
export function MarkdownText({ text }: { text: string }) {
  return (
    <div className="prose">
      <Markdown remarkPlugins={[remarkGfm]} disallowedElements={["img"]}>
        {text}
      </Markdown>
    </div>
  );
}
