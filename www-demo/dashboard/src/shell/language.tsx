import { LANGUAGES, type Language, language, switchLanguage, t } from "../words";

export function LanguageChoice() {
  return (
    <label class="inline">
      <span class="hidden">{t("language")}</span>
      <select value={language.value} onChange={(event) => void switchLanguage(event.currentTarget.value as Language)}>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
