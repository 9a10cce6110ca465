import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { chord } from "../components/chord";
import { Icon } from "../components/Icon";
import { useLook } from "../components/useLook";
import { LANGUAGES, language } from "../i18n/language";
import { t } from "../i18n/text";
import { BUILD, OPERATE, SECTIONS } from "./sections";
import { toggleTheme } from "./theme";
import { type Choice, matches, useFound } from "./useFound";

/** What is typed, and where it may lead. */
export function Choices({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const navigate = useNavigate();
  const [, changeLook] = useLook();
  const found = useFound(text);
  const places: Choice[] = [...SECTIONS, ...BUILD, ...OPERATE].map(({ to, name, icon, key }) => ({
    key: to,
    icon,
    name,
    note: `g ${key}`,
    choose: () => void navigate({ to }),
  }));
  const actions: Choice[] = [
    { key: "new", icon: "plus", name: t("New flow"), note: "", choose: () => void navigate({ to: "/flows/new" }) },
    {
      key: "you",
      icon: "user",
      name: t("You: preferences, tokens, password"),
      note: "",
      choose: () => void navigate({ to: "/profile" }),
    },
    { key: "users", icon: "user", name: t("Users"), note: "", choose: () => void navigate({ to: "/users" }) },
    {
      key: "source",
      icon: "search",
      name: t("Search in texts of flows"),
      note: "",
      choose: () => void navigate({ to: "/flows/search" }),
    },
    { key: "theme", icon: "theme", name: t("Change theme"), note: chord("⌘."), choose: toggleTheme },
    ...LANGUAGES.filter(([one]) => one !== language).map(([one, name]) => ({
      key: one,
      icon: "globe",
      name,
      note: "",
      choose: () => void changeLook({ language: one }),
    })),
  ];
  const choices = [...[...places, ...actions].filter(({ name }) => matches(name, text)), ...found];
  const active = Math.min(at, choices.length - 1);
  const choose = (choice: Choice | undefined): void => {
    if (!choice) return;
    onClose();
    choice.choose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((active + step + choices.length) % Math.max(1, choices.length));
    else if (event.key === "Enter") choose(choices[active]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="palette__in">
        <Icon name="search" className="muted" />
        <input
          ref={focusAtFirst}
          role="combobox"
          aria-label={t("Page, flow or action")}
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={choices[active] ? `palette-${active}` : undefined}
          placeholder={t("Page, flow or action")}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <kbd className="kbd">Esc</kbd>
      </div>
      <div
        id="palette-list"
        role="listbox"
        aria-label={t("Found")}
        style={{ padding: "4px 0", maxHeight: 360, overflow: "auto" }}
      >
        {choices.map((choice, index) => (
          <div
            key={choice.key}
            id={`palette-${index}`}
            className="palette__opt"
            role="option"
            aria-selected={index === active}
            onMouseMove={() => setAt(index)}
            onClick={() => choose(choice)}
          >
            <Icon name={choice.icon} />
            <span className="cut">{choice.name}</span>
            <span className="small muted push">{choice.note}</span>
          </div>
        ))}
        {choices.length === 0 && (
          <p className="muted" style={{ padding: "8px 16px" }}>
            {t("Nothing is called “{text}”.", { text })}
          </p>
        )}
      </div>
    </>
  );
}

/** The dialog may have been there before what is in it. */
function focusAtFirst(field: HTMLInputElement | null): void {
  field?.focus();
}
