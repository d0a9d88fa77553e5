import { PageSkeleton } from "@/components/ui/page-skeleton";

/** In a group of its own: around a single one it would turn "not found" into an answer 200. */
export default function Loading() {
  return <PageSkeleton shape="table" />;
}
