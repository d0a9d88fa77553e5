import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { Fragment } from "react";
import { cn } from "./cn";

export type Step = {
  readonly key: string;
  readonly label: string;
  /** Where a finished step can be opened again. */
  readonly href?: string;
};

type StepperProps = { readonly steps: readonly Step[]; readonly current: string; readonly className?: string };

export function Stepper({ steps, current, className }: StepperProps) {
  const t = useTranslations("common");
  const currentIndex = steps.findIndex((step) => step.key === current);
  return (
    <nav aria-label={t("steps")} className={cn("text-sm", className)}>
      <p className="text-text-2 mb-1 sm:hidden">{t("stepOf", { step: currentIndex + 1, total: steps.length })}</p>
      <ol className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {steps.map((step, index) => (
          <Fragment key={step.key}>
            {index === 0 ? null : (
              <li aria-hidden className="text-text-3">
                ›
              </li>
            )}
            <li className={cn(index !== currentIndex && "max-sm:hidden")}>
              <StepLabel step={step} done={index < currentIndex} current={index === currentIndex} />
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}

type StepLabelProps = { readonly step: Step; readonly done: boolean; readonly current: boolean };

function StepLabel({ step, done, current }: StepLabelProps) {
  const t = useTranslations("common");
  const content = (
    <>
      {done ? <Check aria-hidden className="text-ok size-3.5" strokeWidth={2.5} /> : null}
      {step.label}
      {done ? <span className="sr-only">{t("stepDone")}</span> : null}
    </>
  );
  const className = cn(
    "inline-flex items-center gap-1 font-[500]",
    current ? "text-text font-[600]" : done ? "text-text-2" : "text-text-3",
  );
  if (done && step.href !== undefined) {
    return (
      <Link href={step.href} className={cn(className, "hover:text-text rounded-sm no-underline hover:underline")}>
        {content}
      </Link>
    );
  }
  return (
    <span aria-current={current ? "step" : undefined} className={className}>
      {content}
    </span>
  );
}
