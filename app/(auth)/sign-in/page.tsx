import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { useTranslations } from "next-intl";
import { getTranslations } from "next-intl/server";
import { ChannelMark } from "@/components/ui/channel-mark";
import { Logo } from "@/components/shell/logo";
import { findSession } from "@/lib/server/web/page-session";
import { setLocaleAction } from "../actions";
import { LanguageChoice } from "./language-choice";
import { safeReturnPath } from "./return-path";
import { SignInForm } from "./sign-in-form";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("auth");
  return { title: t("title") };
}

type SignInPageProps = {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
};

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const query = await searchParams;
  const returnPath = safeReturnPath(query.next ?? query.callbackUrl);
  // The form says itself that sign-in is out of reach; the page need not fall with the database.
  const session = await findSession().catch(() => null);
  if (session !== null) redirect(returnPath);
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main className="bg-surface flex flex-col px-5 py-6 sm:px-10">
        <div className="flex items-center justify-between gap-4">
          <Logo />
          <LanguageChoice setLocale={setLocaleAction} />
        </div>
        <div className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">
          <SignInForm returnPath={returnPath} showDemo={process.env.KAMURJ_DEMO === "1"} />
        </div>
      </main>
      <ProductSide />
    </div>
  );
}

function ProductSide() {
  const t = useTranslations("auth");
  return (
    <aside className="border-line bg-bg hidden flex-col justify-center border-l px-14 py-12 lg:flex xl:px-20">
      <div className="max-w-lg">
        <p className="text-[28px] leading-[1.25] font-[650] tracking-[-0.02em] text-balance">{t("sentence")}</p>
        <OneMessage />
        <ul className="text-text-2 mt-8 flex flex-col gap-2.5">
          {(["switch", "evidence", "yours"] as const).map((point) => (
            <li key={point} className="flex gap-3">
              <span aria-hidden className="bg-accent-2 mt-[9px] size-1.5 shrink-0 rounded-full" />
              {t(`points.${point}`)}
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}

/** The product in one picture: the timeline of a message that took the bridge. */
function OneMessage() {
  const t = useTranslations("auth.preview");
  const steps = [
    { key: "queued", time: "08:59:59.8", mark: <span className="border-line-strong size-2.5 rounded-full border-2" /> },
    { key: "viber", time: "09:00:00.0", mark: <ChannelMark channel="viber" className="size-3" /> },
    { key: "decided", time: "09:01:30.4", mark: <span className="bg-accent-2 size-2.5 rounded-full" /> },
    { key: "sms", time: "09:01:34.1", mark: <ChannelMark channel="sms" className="size-3" /> },
  ] as const;
  return (
    <ol className="border-line bg-surface shadow-card relative mt-8 rounded-xl border px-5 py-4">
      {steps.map((step, index) => (
        <li key={step.key} className="relative grid grid-cols-[76px_24px_1fr] items-center py-1.5">
          {index === steps.length - 1 ? null : (
            <span aria-hidden className="bg-line absolute top-[22px] bottom-[-10px] left-[87px] w-0.5" />
          )}
          <span className="text-text-3 tabular text-xs">{step.time}</span>
          <span aria-hidden className="bg-surface relative grid size-6 place-items-center">
            {step.mark}
          </span>
          <span className="pl-2">{t(step.key)}</span>
        </li>
      ))}
    </ol>
  );
}
