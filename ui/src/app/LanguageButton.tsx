import { Icon } from "../components/Icon";
import { useLook } from "../components/useLook";
import { LANGUAGES, language } from "../i18n/language";

/** Speaks another language, named in its own words. */
export function LanguageButton({ className }: { className: string }) {
  const [, change] = useLook();
  return LANGUAGES.filter(([one]) => one !== language).map(([one, name]) => (
    <button key={one} className={className} type="button" lang={one} onClick={() => void change({ language: one })}>
      <Icon name="globe" />
      <span className="t">{name}</span>
    </button>
  ));
}
