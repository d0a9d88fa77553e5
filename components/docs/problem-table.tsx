import { useTranslations } from "next-intl";
import { DataTable } from "@/components/ui/data-table";
import { PROBLEM_NAMES, PROBLEMS, problemType, type ProblemName } from "@/lib/schemas/api/problems";

export function ProblemTable() {
  const t = useTranslations("docs.problem");
  return (
    <div className="border-line bg-surface mt-3 rounded-xl border">
      <DataTable<ProblemName>
        caption={t("caption")}
        dense
        phone="stack"
        rowKey={(name) => name}
        rowHref={problemType}
        rows={PROBLEM_NAMES}
        columns={[
          { key: "type", header: t("type"), cell: (name) => <code className="font-mono text-xs">{name}</code> },
          { key: "status", header: t("status"), numeric: true, cell: (name) => PROBLEMS[name].status },
          { key: "title", header: t("what"), cell: (name) => <span lang="en">{PROBLEMS[name].title}</span> },
        ]}
      />
    </div>
  );
}
