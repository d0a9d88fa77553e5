"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { useAnswer } from "@/lib/client/use-answer";
import type { TemplateContent } from "@/lib/domain/template-content";
import type { ClientError } from "@/lib/schemas/action-result";
import type { TemplateDetail } from "@/lib/schemas/templates";
import { blankContent, isViberLikeWhatsApp, problemsByPath, withViberLikeWhatsApp } from "./editor-content";
import { suggestWhatsAppName } from "./suggest-whatsapp-name";
import type { TemplateActions } from "./template-actions";
import { useProblemText } from "./use-problem-text";

type Form = {
  readonly name: string;
  readonly content: TemplateContent;
  readonly viberFollows: boolean;
  /** The name at WhatsApp follows the template's until someone writes another. */
  readonly nameFollows: boolean;
};

function startForm(template: TemplateDetail | null, language: string): Form {
  if (template === null) {
    return { name: "", content: blankContent(language), viberFollows: true, nameFollows: true };
  }
  return {
    name: template.name,
    content: template.content,
    viberFollows: isViberLikeWhatsApp(template.content),
    nameFollows: false,
  };
}

export function useTemplateForm(template: TemplateDetail | null, language: string, actions: TemplateActions) {
  const t = useTranslations("templates");
  const answer = useAnswer();
  const problemText = useProblemText();
  const router = useRouter();
  const [form, setForm] = useState(() => startForm(template, language));
  const [baseVersion, setBaseVersion] = useState(template?.version ?? 1);
  const [asked, setAsked] = useState(false);
  const [dirty, setDirty] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ClientError | null>(null);
  const problems = problemsByPath(form.content);
  const nameProblem = form.name.trim() === "" ? t("problems.empty") : undefined;
  useLeaveWarning(dirty);

  function change(next: Partial<Form>) {
    setDirty(true);
    setForm((old) => {
      const merged = { ...old, ...next };
      const content = merged.viberFollows ? withViberLikeWhatsApp(merged.content) : merged.content;
      if (!merged.nameFollows) return { ...merged, content };
      const templateName = suggestWhatsAppName(merged.name) || "template";
      return { ...merged, content: { ...content, whatsapp: { ...content.whatsapp, templateName } } };
    });
  }

  /** Empty fields are no mistake until someone wants to save. */
  function problemAt(path: string): string | undefined {
    const problem = problems.get(path);
    if (problem === undefined) return error?.fields[`content.${path}`];
    // The name at WhatsApp follows that of the template: as long as there is none, there is nothing to mend.
    const isUnnamed = path === "whatsapp.templateName" && form.content.whatsapp.templateName === "";
    if (!asked && (isUnnamed || problem.problem === "empty" || problem.problem === "badUrl")) return undefined;
    return problemText(problem);
  }

  async function save() {
    setAsked(true);
    setError(null);
    if (problems.size > 0 || nameProblem !== undefined) return;
    setPending(true);
    const input = { name: form.name, content: form.content };
    const result =
      template === null
        ? await answer(actions.create(input))
        : await answer(actions.save({ ...input, templateId: template.id, baseVersion }));
    setPending(false);
    if (!result.ok) return setError(result.error);
    setDirty(false);
    setAsked(false);
    setBaseVersion(result.data.version);
    toast.success(t("saved", { version: result.data.version }));
    if ("templateId" in result.data && typeof result.data.templateId === "string") {
      router.replace(`/templates/${result.data.templateId}`);
    }
    router.refresh();
  }

  /** After a conflict: what is on the screen becomes the version after the newest one. */
  async function takeNewestAsBase() {
    if (template === null) return;
    const result = await answer(actions.reload({ templateId: template.id }));
    if (!result.ok) return setError(result.error);
    setBaseVersion(result.data.version);
    setError(null);
    toast.info(t("conflict.based", { version: result.data.version }));
  }

  return {
    ...{ form, change, problemAt, save, takeNewestAsBase, pending, error, dirty, baseVersion },
    nameError: asked ? (nameProblem ?? error?.fields.name) : error?.fields.name,
    problemCount: asked ? problems.size + (nameProblem === undefined ? 0 : 1) : 0,
  };
}

function useLeaveWarning(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);
}
