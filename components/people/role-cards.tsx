"use client";

import { useTranslations } from "next-intl";
import { RadioCards } from "@/components/ui/radio-cards";
import { ROLES, type Role } from "@/lib/domain/vocabulary";

type RoleCardsProps = {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
  readonly error?: string | undefined;
};

/** Each role with what it may do, in words. */
export function RoleCards({ value, onChange, error }: RoleCardsProps) {
  const t = useTranslations("people");
  const tRole = useTranslations("common.role");
  return (
    <RadioCards
      legend={t("role")}
      name="role"
      value={value}
      onChange={onChange}
      error={error}
      options={ROLES.map((role) => ({ value: role, label: tRole(role), hint: t(`roleHint.${role}`) }))}
    />
  );
}
