"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Field } from "@/components/ui/field";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";

export const DEMO_PICTURES = ["offer", "card", "delivery"] as const;

type PictureFieldProps = {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (url: string | null) => void;
  readonly error?: string | undefined;
};

/** Carriers fetch the picture by its address; three come with the product, to try things out. */
export function PictureField({ label, value, onChange, error }: PictureFieldProps) {
  const t = useTranslations("templates.picture");
  return (
    <div className="flex flex-col gap-2">
      <Field label={label} hint={t("hint")} error={error} optional>
        <div className="flex gap-2">
          <Input
            type="url"
            inputMode="url"
            placeholder="https://"
            maxLength={2000}
            value={value ?? ""}
            onChange={(event) => onChange(event.target.value.trim() === "" ? null : event.target.value.trim())}
          />
          {value === null ? null : (
            <IconButton label={t("remove")} icon={<X aria-hidden />} onClick={() => onChange(null)} />
          )}
        </div>
      </Field>
      <div className="flex items-center gap-2">
        <span className="text-text-3 text-xs">{t("demo")}</span>
        {DEMO_PICTURES.map((name) => (
          <button
            key={name}
            type="button"
            aria-label={t(`names.${name}`)}
            title={t(`names.${name}`)}
            aria-pressed={value?.endsWith(`/demo/${name}.png`) ?? false}
            onClick={() => onChange(`${window.location.origin}/demo/${name}.png`)}
            className="border-line aria-pressed:outline-accent-2 overflow-hidden rounded-md border aria-pressed:outline-2 aria-pressed:outline-offset-1"
          >
            {/* eslint-disable-next-line @next/next/no-img-element -- a static thumbnail */}
            <img src={`/demo/${name}.png`} alt="" width={57} height={30} className="h-[30px] w-[57px] object-cover" />
          </button>
        ))}
      </div>
    </div>
  );
}
