import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LanguageForm } from "@/components/settings/language-form";
import { PasswordForm } from "@/components/settings/password-form";
import { PageHeader } from "@/components/ui/page-header";
import { requirePageSession } from "@/lib/server/web/page-session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("settings.me");
  return { title: t("title") };
}

export default async function MyAccountPage() {
  const [session, t] = await Promise.all([requirePageSession("overview:read"), getTranslations("settings.me")]);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description", { name: session.user.name, email: session.user.email })}
      />
      <div className="flex flex-col gap-4">
        <PasswordForm email={session.user.email} />
        <LanguageForm />
      </div>
    </>
  );
}
