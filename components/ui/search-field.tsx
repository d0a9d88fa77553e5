"use client";

import { Search, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, type ComponentProps } from "react";
import { cn } from "./cn";
import { CONTROL_CLASS } from "./input-styles";

type SearchFieldProps = Omit<ComponentProps<"input">, "type" | "value" | "defaultValue" | "onChange" | "size"> & {
  /** What is searched, for screen readers and as the placeholder unless one is given. */
  readonly label: string;
  /** Controlled with `onChange`, else `defaultValue` inside a GET form. */
  readonly value?: string;
  readonly defaultValue?: string;
  readonly onChange?: (value: string) => void;
};

export function SearchField({ label, value, defaultValue = "", onChange, className, ...rest }: SearchFieldProps) {
  const t = useTranslations("common");
  const [own, setOwn] = useState(defaultValue);
  const text = value ?? own;
  const change = (next: string) => {
    setOwn(next);
    onChange?.(next);
  };
  return (
    <span className={cn("relative block min-w-0", className)}>
      <Search aria-hidden className="text-text-3 pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2" />
      <input
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        {...rest}
        type="search"
        aria-label={label}
        value={text}
        onChange={(event) => change(event.target.value)}
        className={cn(CONTROL_CLASS, "h-9 pr-9 pl-9 pointer-coarse:h-11 [&::-webkit-search-cancel-button]:hidden")}
      />
      {text === "" ? null : (
        <button
          type="button"
          aria-label={t("clearSearch")}
          onClick={() => change("")}
          className="text-text-3 hover:text-text absolute inset-y-0 right-0 grid w-9 place-items-center rounded-lg"
        >
          <X aria-hidden className="size-4" />
        </button>
      )}
    </span>
  );
}
