import icons from "../assets/icons.svg?raw";

const symbols = icons.slice(icons.indexOf("<symbol"), icons.lastIndexOf("</svg>"));

/** The symbols of all icons, once in the page, for `Icon` to refer to. */
export function Sprite() {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the text is part of the build, not of any answer
  return <svg className="sprite" aria-hidden="true" focusable="false" dangerouslySetInnerHTML={{ __html: symbols }} />;
}
