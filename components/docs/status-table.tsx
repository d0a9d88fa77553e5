import { useTranslations } from "next-intl";
import { DataTable } from "@/components/ui/data-table";
import { MESSAGE_STATUSES, type MessageStatus } from "@/lib/domain/vocabulary";
import { isSettled } from "@/lib/schemas/messages";
import { codeOf } from "./guide-section";

export function StatusTable() {
  const t = useTranslations("docs.statuses");
  return (
    <div className="border-line bg-surface mt-3 rounded-xl border">
      <DataTable<MessageStatus>
        caption={t("caption")}
        dense
        phone="stack"
        rowKey={(status) => status}
        rows={MESSAGE_STATUSES}
        columns={[
          { key: "status", header: t("status"), cell: (status) => codeOf(status) },
          { key: "meaning", header: t("meaning"), cell: (status) => t(`of.${status}`) },
          { key: "final", header: t("final"), cell: (status) => (isSettled(status) ? t("yes") : t("no")) },
        ]}
      />
    </div>
  );
}
