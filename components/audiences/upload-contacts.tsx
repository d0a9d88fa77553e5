"use client";

import { FileUp } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, type DragEvent } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { FormError } from "@/components/ui/form-error";
import { ProgressBar } from "@/components/ui/progress-bar";
import { uploadContacts } from "@/lib/client/audiences-imports";
import { QueryError } from "@/lib/client/fetch-query";
import { MAX_UPLOAD_BYTES } from "@/lib/schemas/audiences-imports";

type Sending = { readonly name: string; readonly share: number };

const MEGABYTE = 1024 * 1024;

/** What can be said without sending the file; the server looks at its content. */
function refuseAtOnce(file: File): "tooBig" | "excel" | "pdf" | "empty" | null {
  if (file.size > MAX_UPLOAD_BYTES) return "tooBig";
  if (file.size === 0) return "empty";
  if (/\.(xlsx|xlsm|xlsb|xls)$/i.test(file.name)) return "excel";
  return /\.pdf$/i.test(file.name) ? "pdf" : null;
}

type UploadContactsProps = {
  /** To be proposed on the next page. */
  readonly audienceId: string | null;
};

export function UploadContacts({ audienceId }: UploadContactsProps) {
  const t = useTranslations("imports");
  const tErrors = useTranslations("errors");
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController | null>(null);
  const [sending, setSending] = useState<Sending | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);
  useEffect(() => () => running.current?.abort(), []);

  async function send(file: File) {
    const refusal = refuseAtOnce(file);
    if (refusal !== null) {
      setError(tErrors(`contactsFile.${refusal}`, { megabytes: MAX_UPLOAD_BYTES / MEGABYTE }));
      return;
    }
    const controller = new AbortController();
    running.current = controller;
    setError(null);
    setSending({ name: file.name, share: 0 });
    try {
      const { importId } = await uploadContacts(
        file,
        (share) => setSending({ name: file.name, share }),
        controller.signal,
      );
      router.push(`/audiences/import/${importId}${audienceId === null ? "" : `?audience=${audienceId}`}`);
    } catch (problem) {
      setSending(null);
      if (controller.signal.aborted) return;
      setError(
        problem instanceof QueryError && problem.error.message !== "" ? problem.error.message : t("upload.unreachable"),
      );
    }
  }

  function choose(files: FileList | null) {
    const [file, second] = [...(files ?? [])];
    if (input.current) input.current.value = "";
    if (second !== undefined) setError(t("upload.oneFile"));
    else if (file !== undefined) void send(file);
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setIsOver(false);
    if (sending === null) choose(event.dataTransfer.files);
  }

  return (
    <div>
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
        className={cn(
          "flex flex-col items-center rounded-xl border border-dashed px-6 py-10 text-center transition-colors duration-100",
          isOver ? "border-accent bg-accent-soft" : "border-control bg-surface",
        )}
      >
        <span aria-hidden className="bg-surface-2 text-text-2 mb-3 grid size-10 place-items-center rounded-xl">
          <FileUp className="size-5" />
        </span>
        {sending === null ? (
          <>
            <p className="text-md font-[600]">{t("upload.drop")}</p>
            <p className="text-text-2 mt-1 max-w-[52ch]">{t("upload.limits")}</p>
            <input
              ref={input}
              type="file"
              accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"
              aria-label={t("upload.choose")}
              tabIndex={-1}
              onChange={(event) => choose(event.target.files)}
              className="sr-only"
            />
            <Button variant="primary" size="lg" className="mt-4" onClick={() => input.current?.click()}>
              {t("upload.choose")}
            </Button>
          </>
        ) : (
          <UploadProgress sending={sending} onCancel={() => running.current?.abort()} />
        )}
      </div>
      {error === null ? null : (
        <FormError announce className="mt-3">
          {error}
        </FormError>
      )}
    </div>
  );
}

function UploadProgress({ sending, onCancel }: { readonly sending: Sending; readonly onCancel: () => void }) {
  const t = useTranslations("imports");
  const tCommon = useTranslations("common");
  const format = useFormatter();
  const isSent = sending.share >= 1;
  return (
    <div className="w-full max-w-md" aria-live="polite">
      <p className="font-[600] [overflow-wrap:anywhere]">{sending.name}</p>
      <p className="text-text-2 mt-1 mb-3">
        {isSent ? t("upload.reading") : t("upload.sending", { share: format.number(sending.share, "percent") })}
      </p>
      <ProgressBar
        label={t("upload.progress")}
        total={1}
        segments={[{ key: "sent", value: sending.share, label: t("upload.progress"), color: "var(--accent-2)" }]}
      />
      <Button className="mt-4" onClick={onCancel}>
        {tCommon("cancel")}
      </Button>
    </div>
  );
}
